#include "CFFmpegShim.h"

#include <dlfcn.h>
#include <libavdevice/version.h>
#include <libavutil/macros.h>
#include <stddef.h>

// There where a package is linked with it.
extern void avdevice_register_all(void) __attribute__((weak));

const char *reel_devices_load(void) {
    if (avdevice_register_all) {
        avdevice_register_all();
        return NULL;
    }
    // Never closed: libavformat keeps pointers into it.
    void *library = dlopen("libavdevice.so." AV_STRINGIFY(LIBAVDEVICE_VERSION_MAJOR), RTLD_NOW | RTLD_LOCAL);
    void (*register_all)(void) = library ? (void (*)(void))dlsym(library, "avdevice_register_all") : NULL;
    if (!register_all) return dlerror();
    register_all();
    return NULL;
}
