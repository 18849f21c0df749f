#include "pages.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

/* The build makes these rows from the pages themselves, in alphabetical order. */
static const struct page pages[] = {
#include "pages.inc"
};

enum { PAGES = sizeof pages / sizeof *pages };

const struct page *pages_number(size_t i)
{
    return i < PAGES ? &pages[i] : NULL;
}

/* The number of letters to insert, remove, replace, or swap with the next to make b of a. Both are
   short: what is longer than LONGEST counts as different from everything. */
static size_t distance(const char *a, const char *b)
{
    enum { LONGEST = 32 };
    size_t d[LONGEST + 1][LONGEST + 1], n = strlen(a), m = strlen(b);
    if (n > LONGEST || m > LONGEST)
        return LONGEST;
    for (size_t i = 0; i <= n; i++)
        for (size_t j = 0; j <= m; j++) {
            d[i][j] = i ? j ? d[i - 1][j - 1] + (a[i - 1] != b[j - 1]) : i : j;
            if (i && d[i - 1][j] + 1 < d[i][j])
                d[i][j] = d[i - 1][j] + 1;
            if (j && d[i][j - 1] + 1 < d[i][j])
                d[i][j] = d[i][j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                d[i - 2][j - 2] + 1 < d[i][j])
                d[i][j] = d[i - 2][j - 2] + 1;
        }
    return d[n][m];
}

const struct page *pages_find(const char *name, const char **nearest)
{
    const char *word = strncmp(name, "gz-", 3) == 0 ? name + 3 : name;
    *nearest = distance("help", word) < distance("doctor", word) ? "help" : "doctor";
    for (size_t i = 0; i < PAGES; i++) {
        if (strcmp(pages[i].name, word) == 0)
            return &pages[i];
        if (distance(pages[i].name, word) < distance(*nearest, word))
            *nearest = pages[i].name;
    }
    return NULL;
}

const char *page_command(const struct page *p, char *path, size_t room)
{
    char name[96];
    snprintf(name, sizeof name, "gz-%s", p->name);
    if (cli_beside(name, path, room) || !p->script)
        return access(path, X_OK) == 0 ? path : NULL;
    snprintf(name, sizeof name, "../pipelines/%s", p->script);
    return cli_beside(name, path, room);
}

const char *page_file(const struct page *p, char *path, size_t room)
{
    char place[96];
    snprintf(place, sizeof place, "../share/man/man%d/gz-%s.%d", p->section, p->name, p->section);
    if (cli_beside(place, path, room))
        return path;
    snprintf(place, sizeof place, "../man/gz-%s.%d", p->name, p->section);
    return cli_beside(place, path, room);
}

const char *pages_next_missing(size_t *i)
{
    char path[5000];
    while (*i < PAGES) {
        const struct page *p = &pages[(*i)++];
        if (p->section == 1 && strcmp(p->name, "train-mpi") != 0 &&
            !page_command(p, path, sizeof path))
            return p->name;
    }
    return NULL;
}
