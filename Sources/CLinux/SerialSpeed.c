// A file of its own: the kernel's struct termios2 and glibc's struct termios cannot be included together.
#include "CLinux.h"

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <errno.h>
#include <linux/serial.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

// Documentation/admin-guide/devices.txt: 136 to 143 are the pseudo-terminals' own sides.
static int is_pseudo_terminal(int file_descriptor) {
    struct stat status;
    return fstat(file_descriptor, &status) == 0 && major(status.st_rdev) >= 136 && major(status.st_rdev) <= 143;
}

void reel_prepare_serial_port(int file_descriptor) {
    if (is_pseudo_terminal(file_descriptor)) return;
    ioctl(file_descriptor, TIOCEXCL);
    struct serial_struct settings;
    if (ioctl(file_descriptor, TIOCGSERIAL, &settings) != 0) return;
    settings.flags |= ASYNC_LOW_LATENCY;
    ioctl(file_descriptor, TIOCSSERIAL, &settings);
}

int reel_set_serial_speed(int file_descriptor, unsigned int bits_per_second) {
    struct termios2 settings;
    if (ioctl(file_descriptor, TCGETS2, &settings) != 0) return errno;
    settings.c_cflag = (settings.c_cflag & ~(CBAUD | CIBAUD)) | BOTHER | (BOTHER << IBSHIFT);
    settings.c_ispeed = bits_per_second;
    settings.c_ospeed = bits_per_second;
    return ioctl(file_descriptor, TCSETS2, &settings) == 0 ? 0 : errno;
}

unsigned int reel_serial_speed(int file_descriptor) {
    struct termios2 settings;
    return ioctl(file_descriptor, TCGETS2, &settings) == 0 ? settings.c_ospeed : 0;
}
