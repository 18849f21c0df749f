/*
 * options - a program's command line and its help, both from one table of options (base/option.h).
 *
 * A command line is read as getopt_long does: options and operands in any order, -s 64, -s64,
 * --size 64 and --size=64, several letters in one word, and after -- operands only. But long names
 * can't be abbreviated, since a script that does so breaks when a new option has the same
 * beginning.
 *
 * The shells complete command lines from the same table: they ask the program itself, by an option
 * that the help doesn't show. `gz-prep --complete WORD ...` prints what can follow these words.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdio.h>

#include "base/option.h"

/* Every program has --help, --quiet and --version as well; a row with the name or letter of one of
   them counts instead of it. */
struct program {
    const char *name;
    const char *operands; /* for the help, such as "[FILE ...]" */
    const struct option_spec *options;
    const char *about; /* what the program does: a paragraph for the help */
    const char *files; /* the endings of its operands, as "csv tsv"; NULL: any, "/": a folder */
    void (*complete)(FILE *); /* print the words that operands can be, or NULL */
};

/* What stands in the rows of options that several programs have. A letter means the same in all
   programs, except that -V is --validate in gz-train. */
#define OPTIONS_JOBS(member)                                                                       \
    'j', "jobs", "N", "use N threads (default: all processors)", OPTION_WHOLE(member, 1, 256)
#define OPTIONS_LIKE(member)                                                                       \
    0, "like", "FILE", "square, size and colour that these weights learned from",                  \
        OPTION_FILE(member), .files = "safetensors", .complete = cli_complete_weights
#define OPTIONS_OUTPUT(member, help) 'o', "output", "FILE", help, OPTION_FILE(member)
#define OPTIONS_PARTIAL(member)                                                                    \
    0, "partial", NULL, "the input is a fragment: don't check that it is complete",                \
        OPTION_FLAG(member)
#define OPTIONS_WEIGHTS(member)                                                                    \
    'w', "weights", "FILE", "the weights: a file of gz-train's, or the name of ready ones",        \
        OPTION_FILE(member), .required = true, .files = "safetensors",                             \
                             .complete = cli_complete_weights

/* What a command line has besides the values of options. */
struct command_line {
    size_t operands; /* their number */
    bool quiet;
    enum option_kind shown; /* with STATUS_END: OPTION_HELP, OPTION_VERSION, OPTION_COMPLETE */
    char **words;           /* of OPTION_COMPLETE: n words that follow */
    size_t n;
};

/* Read the words after argv[0] into the program's struct, in which the caller has set the defaults.
   Then the operands are argv[1] and those after it. STATUS_END if an option of line->shown came
   before any mistake; STATUS_FORMAT says what is wrong. */
enum status options_parse(const struct program *, void *options, int argc, char **argv,
                          struct command_line *, struct error *) MUST_CHECK;

/* Print the synopsis, what the program does and the options, in alphabetical order. */
void options_print_help(const struct program *, FILE *);

/* Print what can follow the words after --complete, which are those of a command line before the
   cursor: a line for each word, with a tab and its help, and ":folder", or ":file" with the endings
   of files, where a name of one can follow; nothing where only the user can know. */
void options_print_completions(const struct program *, const struct command_line *, FILE *);

#endif
