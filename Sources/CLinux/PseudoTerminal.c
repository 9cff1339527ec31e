#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

int reel_open_pseudo_terminal(int *controller, int *terminal, char path[64]) {
    int ours = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (ours < 0) return errno;
    int result = 0;
    if (grantpt(ours) != 0 || unlockpt(ours) != 0) {
        result = errno;
    } else {
        result = ptsname_r(ours, path, 64);
    }
    int theirs = result == 0 ? open(path, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    if (result == 0 && theirs < 0) result = errno;
    if (result != 0) {
        close(ours);
        return result;
    }
    struct termios settings;
    if (tcgetattr(theirs, &settings) == 0) {
        cfmakeraw(&settings);
        tcsetattr(theirs, TCSANOW, &settings);
    }
    *controller = ours;
    *terminal = theirs;
    return 0;
}
