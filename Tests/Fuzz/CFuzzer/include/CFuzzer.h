// libFuzzer's entry for programs that have a main of their own (LLVM's documentation of libFuzzer, "Using libFuzzer as a
// library"); clang ships no header for it.
#ifndef CFUZZER_H
#define CFUZZER_H

#include <stddef.h>
#include <stdint.h>

/// Runs the fuzzer with the program's arguments; it ends the process when it is done.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*run)(const uint8_t *data, size_t size));

#endif
