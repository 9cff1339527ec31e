// FFmpeg's log, kept instead of printed. It needs state and a va_list, so it is C with a file of its own.
#pragma once

/// Takes FFmpeg's log for the whole process: nothing of it reaches stderr any more.
void reel_log_capture(void);

/// Forgets what the calling thread has logged.
void reel_log_forget(void);

/// The last error that FFmpeg logged on the calling thread since `reel_log_forget`, else the last warning, else "".
/// One line, "tcp: Connection to … failed", valid until the thread logs again.
const char *reel_log_last(void);
