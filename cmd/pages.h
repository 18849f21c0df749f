/*
 * pages - the pages of the manual, and the programs and scripts that they describe, by the names
 * that gz has for them.
 */
#ifndef PAGES_H
#define PAGES_H

#include <stddef.h>

/* A page of the manual: of a program, a script, or in another section than 1 a subject. */
struct page {
    const char *name; /* without gz- */
    int section;
    const char *script; /* its file in pipelines/, or NULL */
    const char *about;
};

/* The page with this number, in alphabetical order; NULL after the last. */
const struct page *pages_number(size_t i);

/* The page with this name, with or without gz-. NULL where there is none; *nearest is then the
   name that takes the fewest letters to change, among the pages and help and doctor, which gz does
   itself. */
const struct page *pages_find(const char *name, const char **nearest);

/* The path of the program or script that a page of section 1 describes, written to path, which has
   room for so many bytes: beside the running program, or of a script in the checkout. NULL where it
   isn't there. */
const char *page_command(const struct page *, char *path, size_t room);

/* The path of the page's file, where the running program is installed or in its checkout; NULL
   where it isn't there. */
const char *page_file(const struct page *, char *path, size_t room);

/* The name of the first command from number *i on that isn't there, and set *i to the one after it;
   NULL after the last. gz-train-mpi, which only `make mpi` builds, may be missing. */
const char *pages_next_missing(size_t *i);

#endif
