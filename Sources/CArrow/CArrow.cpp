#include <arrow/config.h>

#include <cstdlib>

#include "Shim.hpp"

void reel_arrow_free_message(char *message) { std::free(message); }

const char *reel_arrow_version(void) { return arrow::GetBuildInfo().version_string.c_str(); }
