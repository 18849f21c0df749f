/*
 * gz - run the programs and scripts of the toolchain by their names, show their manual
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "doctor.h"
#include "pages.h"

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
    const struct page *p;
    for (size_t i = 0; (p = pages_number(i)); i++)
        fprintf(f, "%s\t%s\n", p->name, p->about);
}

/* What gz can run. */
static void complete(FILE *f)
{
    const struct page *p;
    for (size_t i = 0; (p = pages_number(i)); i++)
        if (p->section == 1)
            fprintf(f, "%s\t%s\n", p->name, p->about);
    fprintf(f, "doctor\tsay what is missing\nhelp\tshow a page of the manual\n");
}

static const struct program program = {
    "gz", "[COMMAND [ARGUMENT ...]]", options,
    "Run gz-COMMAND with these arguments. Without COMMAND, list what there is; gz help COMMAND "
    "shows its page of the manual, and gz doctor says what is missing.",
    .complete = complete};

/* The page with this name; wrong usage where there is none. */
static const struct page *find_page(const char *name)
{
    const char *nearest;
    const struct page *p = pages_find(name, &nearest);
    cli_require(p, "there is no '%s'; the nearest name is '%s'", name, nearest);
    return p;
}

/* ---- what gz does itself ---- */

static void list_pages(const char *title, bool listed(const struct page *))
{
    const struct page *p;
    printf("\n%s:\n", title);
    for (size_t i = 0; (p = pages_number(i)); i++)
        if (listed(p))
            printf("  %-15s %s\n", p->name, p->about);
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

/* The page of this version, or else what man finds. */
static int help(const char *name)
{
    const struct page *p = find_page(name);
    char page[64], path[5000];
    const char *found = page_file(p, path, sizeof path);
    snprintf(page, sizeof page, "gz-%s", p->name);
    execlp("man", "man", found ? found : page, (char *)NULL);
    cli_fail("man: %s%s", strerror(errno),
             errno == ENOENT ? " (apt-get install man-db; gz COMMAND -h is short)" : "");
}

/* Become gz-COMMAND: the one that belongs to this program, or else one in PATH. */
static int run(char **argv)
{
    const struct page *p = find_page(argv[0]);
    char name[64], path[5000];
    cli_require(p->section == 1, "'%s' is a page, not a command: gz help %s", p->name, p->name);
    snprintf(name, sizeof name, "gz-%s", p->name);
    /* cli_init ignores it, which a program that we become would inherit. */
    signal(SIGXFSZ, SIG_DFL);
    argv[0] = name;
    if (page_command(p, path, sizeof path))
        execv(path, argv);
    else
        execvp(name, argv);
    cli_fail("%s: %s", name, errno == ENOENT ? "is not installed" : strerror(errno));
}

/* For the shells, after gz --complete: another command completes its own command line. */
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
    /* The words after another command are options and operands of that one. */
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
        return doctor(o.quiet);
    return operands == 1 ? list() : help(argv[2]);
}
