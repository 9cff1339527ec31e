// zlib, for its crc32.
#pragma once
#include <zlib.h>
