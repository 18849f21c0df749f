/*
 * doctor - what there is of what the programs can use, and how to get what is missing: gz doctor.
 */
#ifndef DOCTOR_H
#define DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

/* Print a report to standard output: the processor, the libraries, the commands of the toolchain,
   other programs; or with quiet only what is missing. next_missing is called with a number that is
   0 at first, and returns the next command of the toolchain that is missing, NULL after the last.
   Returns EXIT_DONE where all that is needed is there, otherwise EXIT_FAILED. */
int doctor(const char *next_missing(size_t *), bool quiet);

#endif
