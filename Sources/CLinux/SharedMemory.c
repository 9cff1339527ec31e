#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

int reel_create_common_memory(const char *name, int64_t count, void **bytes, int *descriptor) {
    int file = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0) return errno;
    *bytes = MAP_FAILED;
    if (ftruncate(file, count) == 0) *bytes = mmap(NULL, count, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    int result = *bytes == MAP_FAILED ? errno : 0;
    // Memory that shrinks under its reader ends it.
    if (result == 0 && fcntl(file, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW) != 0) result = errno;
    if (result == 0) {
        *descriptor = file;
        return 0;
    }
    if (*bytes != MAP_FAILED) munmap(*bytes, count);
    close(file);
    return result;
}

int reel_create_shared_memory(const char *name, int64_t count, void **bytes, int *reading) {
    int file = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0) return errno;
    *reading = -1;
    *bytes = MAP_FAILED;
    if (ftruncate(file, count) == 0) *bytes = mmap(NULL, count, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    int result = *bytes == MAP_FAILED ? errno : 0;
    int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW;
    // Kernels before 5.1 do not know the last one.
    if (result == 0 && fcntl(file, F_ADD_SEALS, seals | F_SEAL_FUTURE_WRITE) != 0 && fcntl(file, F_ADD_SEALS, seals) != 0) {
        result = errno;
    }
    if (result == 0) {
        char path[64];
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
        *reading = open(path, O_RDONLY | O_CLOEXEC);
        if (*reading < 0) result = errno;
    }
    if (result != 0 && *bytes != MAP_FAILED) munmap(*bytes, count);
    close(file);
    return result;
}
