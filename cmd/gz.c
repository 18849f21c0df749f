/*
 * gz - run the programs and scripts of the toolchain by their names, show their manual
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "doctor.h"

/* A page of the manual: of a program, a script, or in another section than 1 a subject. */
struct page {
    const char *name; /* without gz- */
    int section;
    const char *script; /* its file in pipelines/, or NULL */
    const char *about;
};

/* The build makes these rows from the pages themselves, in alphabetical order. */
static const struct page pages[] = {
#include "pages.inc"
};

enum { PAGES = sizeof pages / sizeof *pages };

struct options {
    bool quiet;
};

static const struct option_spec options[] = {
    {'q', "quiet", NULL, "with doctor: only what is missing", OPTION_FLAG(quiet)},
    {.kind = OPTION_END},
};

/* What gz help can show. */
static void complete_help(FILE *f)
{
    for (size_t i = 0; i < PAGES; i++)
        fprintf(f, "%s\t%s\n", pages[i].name, pages[i].about);
}

/* What gz can run. */
static void complete(FILE *f)
{
    for (size_t i = 0; i < PAGES; i++)
        if (pages[i].section == 1)
            fprintf(f, "%s\t%s\n", pages[i].name, pages[i].about);
    fprintf(f, "doctor\tsay what is missing\nhelp\tshow a page of the manual\n");
}

static const struct program program = {
    "gz", "[COMMAND [ARGUMENT ...]]", options,
    "Run gz-COMMAND with these arguments. Without COMMAND, list what there is; gz help COMMAND "
    "shows its page of the manual, and gz doctor says what is missing.",
    .complete = complete};

/* ---- names ---- */

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

/* The page with this name, with or without gz-; wrong usage where there is none. */
static const struct page *find_page(const char *name)
{
    const char *word = strncmp(name, "gz-", 3) == 0 ? name + 3 : name, *nearest = "doctor";
    if (distance("help", word) < distance(nearest, word))
        nearest = "help";
    for (size_t i = 0; i < PAGES; i++) {
        if (strcmp(pages[i].name, word) == 0)
            return &pages[i];
        if (distance(pages[i].name, word) < distance(nearest, word))
            nearest = pages[i].name;
    }
    cli_require(false, "there is no '%s'; the nearest name is '%s'", name, nearest);
    return NULL;
}

/* ---- what gz does itself ---- */

static void list_pages(const char *title, bool listed(const struct page *))
{
    printf("\n%s:\n", title);
    for (size_t i = 0; i < PAGES; i++)
        if (listed(&pages[i]))
            printf("  %-15s %s\n", pages[i].name, pages[i].about);
}

static bool is_program(const struct page *p)
{
    return p->section == 1 && !p->script;
}

static bool is_script(const struct page *p)
{
    return p->script != NULL;
}

static bool is_subject(const struct page *p)
{
    return p->section != 1;
}

static int list(void)
{
    printf("usage: gz COMMAND [ARGUMENT ...]\n");
    list_pages("programs", is_program);
    list_pages("scripts that run them", is_script);
    list_pages("to read on, with gz help", is_subject);
    printf("\ngz help COMMAND shows a page of the manual, gz doctor what is missing.\n");
    return cli_finish_stdout();
}

/* The page of this version, from the checkout or where it is installed, or else what man finds. */
static int help(const char *name)
{
    const struct page *p = find_page(name);
    char file[64], place[96], path[5000];
    snprintf(file, sizeof file, "gz-%s.%d", p->name, p->section);
    snprintf(place, sizeof place, "../share/man/man%d/%s", p->section, file);
    const char *found = cli_beside(place, path, sizeof path);
    if (!found) {
        snprintf(place, sizeof place, "../man/%s", file);
        found = cli_beside(place, path, sizeof path);
    }
    file[strlen(file) - 2] = '\0';
    execlp("man", "man", found ? found : file, (char *)NULL);
    cli_fail("man: %s%s", strerror(errno),
             errno == ENOENT ? " (apt-get install man-db; gz COMMAND -h is short)" : "");
}

/* The path of a program or script: beside this program, or of a script in the checkout. NULL where
   there is none. */
static const char *find_command(const struct page *p, char *path, size_t room)
{
    char name[96];
    snprintf(name, sizeof name, "gz-%s", p->name);
    if (cli_beside(name, path, room) || !p->script)
        return access(path, X_OK) == 0 ? path : NULL;
    snprintf(name, sizeof name, "../pipelines/%s", p->script);
    return cli_beside(name, path, room);
}

/* Become gz-COMMAND: the one that belongs to this program, or else one in PATH. */
static int run(char **argv)
{
    const struct page *p = find_page(argv[0]);
    char name[64], path[5000];
    cli_require(p->section == 1, "'%s' is a page, not a command: gz help %s", p->name, p->name);
    snprintf(name, sizeof name, "gz-%s", p->name);
    signal(SIGXFSZ, SIG_DFL); /* which cli_init ignores, and others might not expect */
    argv[0] = name;
    if (find_command(p, path, sizeof path))
        execv(path, argv);
    else
        execvp(name, argv);
    cli_fail("%s: %s", name, errno == ENOENT ? "is not installed" : strerror(errno));
}

/* For doctor: the next command from *i that isn't where it belongs; NULL after the last. What only
   `make mpi` builds may be missing. */
static const char *next_missing(size_t *i)
{
    char path[5000];
    while (*i < PAGES) {
        const struct page *p = &pages[(*i)++];
        if (p->section == 1 && strcmp(p->name, "train-mpi") != 0 &&
            !find_command(p, path, sizeof path))
            return p->name;
    }
    return NULL;
}

/* For the shells, after gz --complete: what follows a command is for that to say. */
static int complete_command(int words, char **word)
{
    if (strcmp(word[0], "help") == 0 && words == 1)
        complete_help(stdout);
    if (strcmp(word[0], "help") == 0 || strcmp(word[0], "doctor") == 0)
        return cli_finish_stdout();
    static char option[] = "--complete";
    char *first[] = {word[0], option};
    memcpy(word - 1, first, sizeof first);
    return run(word - 1);
}

int main(int argc, char **argv)
{
    int word = 1;
    struct options o = {0};
    bool completes = argc > 2 && strcmp(argv[1], "--complete") == 0;
    while (word < argc && argv[word][0] == '-')
        word++;
    bool own = word == argc || strcmp(argv[word], "help") == 0 || strcmp(argv[word], "doctor") == 0;
    /* What follows another command is for that. */
    size_t operands = cli_init(&program, &o,
                               completes && word < argc ? 1
                               : own                    ? argc
                                                        : word,
                               argv);
    if (completes)
        return complete_command(argc - word, argv + word);
    if (!own)
        return run(argv + word);
    if (operands == 0)
        return list();
    cli_require(operands <= (argv[1][0] == 'h' ? 2 : 1), "'%s' is one operand too many",
                argv[operands]);
    if (argv[1][0] == 'd')
        return doctor(next_missing, o.quiet);
    return operands == 1 ? list() : help(argv[2]);
}
