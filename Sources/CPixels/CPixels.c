#include "CPixels.h"

// The compiler makes vectors of these loops, of 32 bytes where the processor has them. Which it has is asked before a
// sanitizer is ready, so with one there is no choice.
#if defined(__x86_64__) && !__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("avx2", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif
#define INLINE static inline __attribute__((always_inline))

// BT.601's factors in 15 binary places. Those of a chroma add up to 0, so that grey has none.
enum { places = 15 };
struct factors {
    int32_t red_luma, green_luma, blue_luma, black;
    int32_t red_in_blue, green_in_blue, green_in_red, blue_in_red, own_chroma;
};
// 65.481, 128.553, 24.966 and so on, over 255.
static const struct factors limited = {8414, 16519, 3208, 16, -4857, -9535, -12052, -2340, 14392};
// 0.299, 0.587, 0.114 and so on: as JPEGs have it.
static const struct factors full = {9798, 19235, 3735, 0, -5529, -10855, -13720, -2664, 16384};

// Half of full blue is 127.5 above the middle, and would be rounded to 256.
INLINE uint8_t byte(int32_t value) { return (uint8_t)(value > 255 ? 255 : value); }

INLINE void luma_of_row(
    const uint8_t *restrict rgb, uint8_t *restrict luma, int32_t red, int32_t width, struct factors of) {
    for (int32_t x = 0; x < width; x++) {
        const uint8_t *pixel = rgb + 3 * x;
        int32_t sum = of.red_luma * pixel[red] + of.green_luma * pixel[1] + of.blue_luma * pixel[2 - red];
        luma[x] = (uint8_t)((sum + (of.black << places) + (1 << (places - 1))) >> places);
    }
}

INLINE int32_t sum_of_four(const uint8_t *upper, const uint8_t *lower, int32_t channel) {
    return upper[channel] + upper[3 + channel] + lower[channel] + lower[3 + channel];
}

INLINE void chroma_of_rows(
    const uint8_t *restrict upper, const uint8_t *restrict lower, uint8_t *restrict blue_difference,
    uint8_t *restrict red_difference, int32_t red, int32_t width, struct factors of) {
    // Of four pixels: two binary places more.
    const int32_t rounded_middle = (128 << (places + 2)) + (1 << (places + 1));
    for (int32_t x = 0; x < width / 2; x++) {
        int32_t r = sum_of_four(upper + 6 * x, lower + 6 * x, red);
        int32_t g = sum_of_four(upper + 6 * x, lower + 6 * x, 1);
        int32_t b = sum_of_four(upper + 6 * x, lower + 6 * x, 2 - red);
        blue_difference[x] =
            byte((of.red_in_blue * r + of.green_in_blue * g + of.own_chroma * b + rounded_middle) >> (places + 2));
        red_difference[x] =
            byte((of.own_chroma * r + of.green_in_red * g + of.blue_in_red * b + rounded_middle) >> (places + 2));
    }
}

INLINE void convert(
    const uint8_t *rgb, int32_t rgb_stride, int32_t red, int32_t width, int32_t height, ReelPlane luma,
    ReelPlane blue_difference, ReelPlane red_difference, struct factors of) {
    for (int32_t y = 0; y < height; y += 2) {
        const uint8_t *upper = rgb + (int64_t)y * rgb_stride, *lower = upper + rgb_stride;
        luma_of_row(upper, luma.bytes + (int64_t)y * luma.stride, red, width, of);
        luma_of_row(lower, luma.bytes + (int64_t)(y + 1) * luma.stride, red, width, of);
        chroma_of_rows(
            upper, lower, blue_difference.bytes + (int64_t)(y / 2) * blue_difference.stride,
            red_difference.bytes + (int64_t)(y / 2) * red_difference.stride, red, width, of);
    }
}

FOR_EACH_PROCESSOR
void reel_rgb_to_yuv420(
    const uint8_t *rgb, int32_t rgb_stride, int32_t red, int32_t is_full_range, int32_t width, int32_t height,
    ReelPlane luma, ReelPlane blue_difference, ReelPlane red_difference) {
    // The place of red and the factors are constants in each call, so that the loops need not look them up.
    if (red == 0 && !is_full_range) {
        convert(rgb, rgb_stride, 0, width, height, luma, blue_difference, red_difference, limited);
    } else if (red == 0) {
        convert(rgb, rgb_stride, 0, width, height, luma, blue_difference, red_difference, full);
    } else if (!is_full_range) {
        convert(rgb, rgb_stride, 2, width, height, luma, blue_difference, red_difference, limited);
    } else {
        convert(rgb, rgb_stride, 2, width, height, luma, blue_difference, red_difference, full);
    }
}
