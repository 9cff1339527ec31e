#include <cstdlib>

#include "Shim.hpp"

void reel_arrow_free_message(char *message) { std::free(message); }
