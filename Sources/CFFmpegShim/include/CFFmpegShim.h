// What of FFmpeg needs state or a va_list, and so is C with files of its own.
#pragma once

/// Takes FFmpeg's log for the whole process: nothing of it reaches stderr any more.
void reel_log_capture(void);

/// Forgets what the calling thread has logged.
void reel_log_forget(void);

/// The last error that FFmpeg logged on the calling thread since `reel_log_forget`, else the last warning, else "".
/// One line, "tcp: Connection to … failed", valid until the thread logs again.
const char *reel_log_last(void);

/// Loads libavdevice and makes its devices known as input formats, once. It is not linked: it brings eighty
/// libraries along (X11, PulseAudio, SDL), which nothing needs that opens no device.
/// Returns NULL, or what the dynamic linker said. Not to be called by two threads at once.
const char *reel_devices_load(void);
