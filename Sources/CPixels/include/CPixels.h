// Loops over pixels that run for every picture while one records.
#pragma once

#include <stdint.h>

// A plane of bytes and how many lie between the starts of two rows.
typedef struct ReelPlane {
    uint8_t *bytes;
    int32_t stride;
} ReelPlane;

// RGB of 3 bytes a pixel to planar 4:2:0, BT.601, limited range (16-235, 16-240) or full: every value is the exact one
// rounded, and a chroma sample is the average of its four pixels. `red` is the place of red among the three, 0 (RGB) or 2 (BGR).
// Width and height must be even.
void reel_rgb_to_yuv420(
    const uint8_t *rgb, int32_t rgb_stride, int32_t red, int32_t is_full_range, int32_t width, int32_t height,
    ReelPlane luma, ReelPlane blue_difference, ReelPlane red_difference);
