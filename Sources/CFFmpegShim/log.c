#include "CFFmpegShim.h"

#include <libavutil/log.h>
#include <stdio.h>
#include <string.h>

#define LINE_SIZE 400

static _Thread_local char last_line[LINE_SIZE];
static _Thread_local int last_level = AV_LOG_QUIET;
// FFmpeg builds some lines out of several calls; only the last piece ends in a newline.
static _Thread_local int is_unfinished = 0;

static void keep_line(void *source, int level, const char *format, va_list arguments) {
    level &= 0xff;
    if (level > AV_LOG_WARNING) return;
    // A warning after an error is mostly its consequence, or tidying up.
    if (last_level != AV_LOG_QUIET && last_level < AV_LOG_WARNING && level == AV_LOG_WARNING) return;

    size_t used = is_unfinished ? strlen(last_line) : 0;
    if (used == 0 && source) {
        const AVClass *class = *(const AVClass **)source;
        const char *name = class && class->item_name ? class->item_name(source) : NULL;
        if (name) {
            int written = snprintf(last_line, LINE_SIZE, "%s: ", name);
            if (written > 0) used = (size_t)written < LINE_SIZE ? (size_t)written : LINE_SIZE - 1;
        }
    }
    vsnprintf(last_line + used, LINE_SIZE - used, format, arguments);
    last_level = level;

    size_t length = strlen(last_line);
    is_unfinished = length == 0 || last_line[length - 1] != '\n';
    while (length > 0 && (last_line[length - 1] == '\n' || last_line[length - 1] == '\r')) last_line[--length] = 0;
}

void reel_log_capture(void) { av_log_set_callback(keep_line); }

void reel_log_forget(void) {
    last_line[0] = 0;
    last_level = AV_LOG_QUIET;
    is_unfinished = 0;
}

const char *reel_log_last(void) { return last_line; }
