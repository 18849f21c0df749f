/*
 * doctor - say which of the things that the toolchain uses are on this machine, and how to get
 * those that are missing: gz doctor.
 */
#ifndef DOCTOR_H
#define DOCTOR_H

#include <stdbool.h>

/* Print a report to standard output: the processor, the libraries, the commands of the toolchain,
   the ready weights, other programs; or with quiet only what is missing. Returns EXIT_DONE where
   all that is needed is there, otherwise EXIT_FAILED. */
int doctor(bool quiet);

#endif
