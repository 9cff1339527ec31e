// FFmpeg's public headers as one module, and what Swift cannot import: function-like macros and variadic functions.
#pragma once
#include <libavcodec/avcodec.h>
#include <libavdevice/avdevice.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

// AVERROR is a function-like macro.
static inline int reel_averror(int error_number) { return AVERROR(error_number); }

// These are macros around FFERRTAG.
static const int reel_averror_eof = AVERROR_EOF;
static const int reel_averror_exit = AVERROR_EXIT;
static const int reel_averror_invalid_data = AVERROR_INVALIDDATA;
