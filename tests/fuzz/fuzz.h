/*
 * fuzz - what the targets share. Each other file here is a target: it has a LLVMFuzzerTestOneInput
 * that drives one reader of bytes from outside, and is linked with libFuzzer (make fuzz) or with
 * replay.c, which runs it on the files of its corpus (make check).
 *
 * The readers take names of files: the bytes stand in files that exist in memory only.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property of the reader: the end of the process where it doesn't hold. */
#define HOLDS(condition)                                                                           \
    do                                                                                             \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: doesn't hold: %s\n", __FILE__, __LINE__, #condition);          \
            abort();                                                                               \
        }                                                                                          \
    while (0)

/* A byte off the front, for what isn't read from files: options, shapes. 0 at the end. */
unsigned fuzz_byte(const uint8_t **data, size_t *size);

/* The name of file number i, which holds these bytes until the next call with this i. */
enum { FUZZ_FILES = 4 };
char *fuzz_file(unsigned i, const void *data, size_t size);

/* Have file number i as standard input or output, in place of what that was until fuzz_restore. A
   program that writes to standard output may close it. */
void fuzz_stdin(unsigned i);
void fuzz_stdout(unsigned i);
void fuzz_restore(void);

/* The name of file number i with what it holds by now. */
char *fuzz_name(unsigned i);

/* Whether two files hold the same bytes. */
bool fuzz_same(unsigned i, unsigned j);

#endif
