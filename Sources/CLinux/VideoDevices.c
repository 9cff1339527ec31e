#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

// A signal must not look like the end of a list.
static int ask(int device, unsigned long request, void *argument) {
    int result;
    do result = ioctl(device, request, argument);
    while (result < 0 && errno == EINTR);
    return result;
}

struct modes {
    struct reel_video_mode *list;
    int capacity, count;
};

static void add(struct modes *modes, uint32_t format, uint32_t width, uint32_t height, double rate) {
    if (modes->count < modes->capacity) {
        struct reel_video_mode mode = {.width = width, .height = height, .rate = rate};
        memcpy(mode.format, &format, 4);
        modes->list[modes->count] = mode;
    }
    modes->count++;
}

static void add_rates(int device, struct modes *modes, uint32_t format, uint32_t width, uint32_t height) {
    struct v4l2_frmivalenum interval = {.pixel_format = format, .width = width, .height = height};
    while (ask(device, VIDIOC_ENUM_FRAMEINTERVALS, &interval) == 0) {
        // The shortest interval stands for a range of them.
        struct v4l2_fract time = interval.type == V4L2_FRMIVAL_TYPE_DISCRETE ? interval.discrete : interval.stepwise.min;
        if (time.numerator > 0) add(modes, format, width, height, (double)time.denominator / time.numerator);
        if (interval.type != V4L2_FRMIVAL_TYPE_DISCRETE) return;
        interval.index++;
    }
    if (interval.index == 0) add(modes, format, width, height, 0);
}

static void add_sizes(int device, struct modes *modes, uint32_t format) {
    struct v4l2_frmsizeenum size = {.pixel_format = format};
    while (ask(device, VIDIOC_ENUM_FRAMESIZES, &size) == 0) {
        if (size.type == V4L2_FRMSIZE_TYPE_DISCRETE) {
            add_rates(device, modes, format, size.discrete.width, size.discrete.height);
        } else {
            // The largest stands for a range of them.
            add_rates(device, modes, format, size.stepwise.max_width, size.stepwise.max_height);
            return;
        }
        size.index++;
    }
}

int reel_video_device(const char *path, char name[32], struct reel_video_mode *list, int capacity, int *count) {
    *count = 0;
    int device = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (device < 0) return errno;
    struct v4l2_capability capability = {0};
    if (ask(device, VIDIOC_QUERYCAP, &capability) < 0) {
        int error = errno;
        close(device);
        return error;
    }
    uint32_t can = capability.capabilities & V4L2_CAP_DEVICE_CAPS ? capability.device_caps : capability.capabilities;
    // Cameras have further devices, for metadata only.
    if (!(can & V4L2_CAP_VIDEO_CAPTURE)) {
        close(device);
        return ENODEV;
    }
    memcpy(name, capability.card, 31);
    name[31] = 0;
    struct modes modes = {.list = list, .capacity = capacity};
    struct v4l2_fmtdesc format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    while (ask(device, VIDIOC_ENUM_FMT, &format) == 0) {
        add_sizes(device, &modes, format.pixelformat);
        format.index++;
    }
    close(device);
    *count = modes.count < capacity ? modes.count : capacity;
    return 0;
}
