// libdeflate, for its crc32.
#pragma once
#include <libdeflate.h>
