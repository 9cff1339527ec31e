// FFmpeg's public headers as one module, and what Swift cannot import as it is: function-like macros, and what has
// another type from one FFmpeg to the next (5.1 to 7.1 here). Nothing in this file keeps state: a static function is
// compiled into every object that uses it.
#pragma once
#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

// AVERROR is a function-like macro.
static inline int reel_averror(int error_number) { return AVERROR(error_number); }

// These are macros around FFERRTAG, or casts.
static const int reel_averror_again = AVERROR(EAGAIN);
static const int reel_averror_eof = AVERROR_EOF;
static const int reel_averror_exit = AVERROR_EXIT;
static const int reel_averror_invalid_data = AVERROR_INVALIDDATA;
static const int reel_averror_http_bad_request = AVERROR_HTTP_BAD_REQUEST;
static const int reel_averror_http_unauthorized = AVERROR_HTTP_UNAUTHORIZED;
static const int reel_averror_http_forbidden = AVERROR_HTTP_FORBIDDEN;
static const int reel_averror_http_not_found = AVERROR_HTTP_NOT_FOUND;
static const int reel_averror_http_other = AVERROR_HTTP_OTHER_4XX;
static const int reel_averror_http_server = AVERROR_HTTP_SERVER_ERROR;
static const int64_t reel_no_timestamp = AV_NOPTS_VALUE;

// A macro: the name under which MP4 holds HEVC with its parameter sets in the header.
static const uint32_t reel_tag_hvc1 = MKTAG('h', 'v', 'c', '1');

// SwsContext is a forward declaration up to 7.0 and a struct since, which Swift imports as two different types.
typedef struct ReelScaler ReelScaler;

// The same layout without a range in its name: swscale is told the range apart, and warns of these names.
static inline enum AVPixelFormat reel_layout(enum AVPixelFormat format) {
    switch (format) {
        case AV_PIX_FMT_YUVJ420P: return AV_PIX_FMT_YUV420P;
        case AV_PIX_FMT_YUVJ422P: return AV_PIX_FMT_YUV422P;
        case AV_PIX_FMT_YUVJ444P: return AV_PIX_FMT_YUV444P;
        case AV_PIX_FMT_YUVJ440P: return AV_PIX_FMT_YUV440P;
        case AV_PIX_FMT_YUVJ411P: return AV_PIX_FMT_YUV411P;
        default: return format;
    }
}

static inline int reel_is_rgb(enum AVPixelFormat format) {
    const AVPixFmtDescriptor *description = av_pix_fmt_desc_get(format);
    return description && (description->flags & AV_PIX_FMT_FLAG_RGB) != 0;
}

// A scaler between two layouts of BT.601 colour, exact rather than fast, so that no colour shift builds up.
// The ranges are 1 for full, 0 for limited. NULL when swscale cannot do it.
static inline ReelScaler *reel_scaler_open(
    int source_width, int source_height, enum AVPixelFormat source_format, int source_range,
    int width, int height, enum AVPixelFormat format, int range) {
    struct SwsContext *scaler = sws_alloc_context();
    if (!scaler) return NULL;
    // Everything must be known before the context is made ready: from then on swscale keeps to the path it has chosen,
    // which for two names of one layout is to copy.
    av_opt_set_int(scaler, "srcw", source_width, 0);
    av_opt_set_int(scaler, "srch", source_height, 0);
    av_opt_set_int(scaler, "src_format", reel_layout(source_format), 0);
    av_opt_set_int(scaler, "src_range", source_range && !reel_is_rgb(source_format), 0);
    av_opt_set_int(scaler, "dstw", width, 0);
    av_opt_set_int(scaler, "dsth", height, 0);
    av_opt_set_int(scaler, "dst_format", reel_layout(format), 0);
    av_opt_set_int(scaler, "dst_range", range && !reel_is_rgb(format), 0);
    // Bilinear is the average of two rows where 4:2:2 becomes 4:2:0, and costs least. BT.601 is swscale's default.
    int flags = SWS_BILINEAR | SWS_ACCURATE_RND | SWS_BITEXACT | SWS_FULL_CHR_H_INP;
    // Else two neighbours in RGB share one chroma, also where each pixel of the source has its own.
    if (reel_layout(source_format) == AV_PIX_FMT_YUV444P) flags |= SWS_FULL_CHR_H_INT;
    av_opt_set_int(scaler, "sws_flags", flags, 0);
    if (sws_init_context(scaler, NULL, NULL) < 0) {
        sws_freeContext(scaler);
        return NULL;
    }
    return (ReelScaler *)scaler;
}

static inline int reel_scaler_run(
    ReelScaler *scaler, const uint8_t *const source[], const int source_strides[], int source_height,
    uint8_t *const target[], const int target_strides[]) {
    return sws_scale((struct SwsContext *)scaler, source, source_strides, 0, source_height, target, target_strides);
}

static inline void reel_scaler_close(ReelScaler *scaler) { sws_freeContext((struct SwsContext *)scaler); }

// The write callback takes `uint8_t *` up to 6 and `const uint8_t *` since 7; it is never written through.
// The context calls `write` at once for what is large (AVIO_FLAG_DIRECT) and cannot seek.
static inline AVIOContext *reel_avio_to_write(
    int buffer_size, void *opaque, int (*write)(void *opaque, const uint8_t *bytes, int count)) {
    uint8_t *buffer = (uint8_t *)av_malloc(buffer_size);
    if (!buffer) return NULL;
    AVIOContext *context = avio_alloc_context(buffer, buffer_size, 1, opaque, NULL, (void *)write, NULL);
    if (!context) {
        av_free(buffer);
        return NULL;
    }
    context->seekable = 0;
    context->direct = 1;
    return context;
}

// A context that reads through `read` and goes forward only: `seek` is told where to read on, and answers with that place
// or an AVERROR. Without AVIO_FLAG_DIRECT the context would go back by itself within its buffer, and FFmpeg's NUT demuxer
// (5.1) reads the same damaged header for ever when the size that stands in it is negative.
static inline AVIOContext *reel_avio_to_read(
    int buffer_size, void *opaque, int (*read)(void *opaque, uint8_t *bytes, int count),
    int64_t (*seek)(void *opaque, int64_t offset, int whence)) {
    uint8_t *buffer = (uint8_t *)av_malloc(buffer_size);
    if (!buffer) return NULL;
    AVIOContext *context = avio_alloc_context(buffer, buffer_size, 0, opaque, read, NULL, seek);
    if (!context) {
        av_free(buffer);
        return NULL;
    }
    context->seekable = 0;
    context->direct = 1;
    return context;
}

// Frees a context made by one of the two above, with the buffer it has now.
static inline void reel_avio_free(AVIOContext *context) {
    if (!context) return;
    av_freep(&context->buffer);
    avio_context_free(&context);
}

// The pixel formats that an encoder takes, ended by AV_PIX_FMT_NONE; NULL when it does not say. AVCodec's field is
// deprecated since 7.1.
static inline const enum AVPixelFormat *reel_pixel_formats(const AVCodec *codec) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
    const void *formats = NULL;
    if (avcodec_get_supported_config(NULL, codec, AV_CODEC_CONFIG_PIX_FORMAT, 0, &formats, NULL) < 0) return NULL;
    return (const enum AVPixelFormat *)formats;
#else
    return codec->pix_fmts;
#endif
}
