/* options: one table gives the command line and the help. */
#include "unit.h"

#include "options.h"

struct inner {
    double share;
    bool mean;
};

struct options {
    uint64_t seed;
    unsigned before, jobs, after; /* neighbours would notice a write that is too long */
    size_t size;
    bool margin, keep, big;
    const char *output;
    char *votes;
    struct inner inner;
    int calls;
};

static const char *take(void *options, const char *text)
{
    ((struct options *)options)->calls++;
    return strcmp(text, "good") == 0 ? NULL : "is not good";
}

#undef OPTION_STRUCT
#define OPTION_STRUCT struct inner
static const struct option_spec inner_table[] = {
    {'a', "amount", "X", "a share, 0 to 1", OPTION_REAL(share, 0, 1)},
    {0, "how", "HOW", "mean or median", OPTION_WORD(mean, "median", "mean")},
    {.kind = OPTION_END},
};

#undef OPTION_STRUCT
#define OPTION_STRUCT struct options
static const struct option_spec table[] = {
    {0, "big", "N", "1 or 8", OPTION_WORD(big, "1", "8")},
    {0, "grand", NULL, "big", .kind = OPTION_ALIAS},
    {0, "call", "WORD", "a word, again and again", OPTION_CALL(take)},
    {OPTIONS_JOBS(jobs)},
    {'m', "margin", NULL, "keep a margin", OPTION_FLAG(margin)},
    {0, "no-keep", NULL, "keep nothing", OPTION_UNSET(keep)},
    {OPTIONS_OUTPUT(output, "write to FILE")},
    {0, "seed", "SEED", "of all that is random", OPTION_WHOLE(seed, 0, UINT64_MAX)},
    {'s', "size", "N",
     "side of the square, in a sentence that is long enough to need a new line of help",
     OPTION_WHOLE(size, 1, 1024)},
    {'w', "votes-of-volunteers", "FILE", "the votes", OPTION_FILE(votes), .required = true},
    {'r', "rate", NULL, "--learning-rate", .kind = OPTION_OLD},
    {'x', NULL, NULL, "--extra", .kind = OPTION_OLD},
    {OPTION_MORE(inner, inner_table)},
};

static const struct program program = {"gz-unit", "[FILE ...]", table,
                                       "Try the options of a program that does nothing else.",
                                       .files = "npy"};

enum { WORDS_MAX = 32 };

static const struct options defaults = {
    .seed = 1, .before = 7, .jobs = 2, .after = 7, .size = 64, .keep = true, .votes = NULL};

/* A command line under way: its words, in memory that may be written to. */
struct
try {
    char text[512], *argv[WORDS_MAX];
    struct options o;
    struct command_line line;
    struct error err;
    enum status status;
};

/* Parse the words of a text, with one space between. */
static void parse(struct try *t, const char *text)
{
    int argc = 0;
    snprintf(t->text, sizeof t->text, "gz-unit %s", text);
    for (char *at = t->text; at; argc++) {
        t->argv[argc] = at;
        at = strchr(at, ' ');
        if (at)
            *at++ = '\0';
    }
    t->o = defaults;
    t->err = (struct error){0};
    t->status = options_parse(&program, &t->o, argc, t->argv, &t->line, &t->err);
}

static bool refuses(const char *text, const char *message)
{
    struct try t;
    parse(&t, text);
    bool ok = t.status == STATUS_FORMAT && strcmp(t.err.text, message) == 0;
    if (!ok)
        printf("# %s: %s\n", text, t.err.text);
    return ok;
}

static bool operands_are(const struct try *t, const char *text)
{
    char all[512] = "";
    for (size_t i = 1; i <= t->line.operands; i++) {
        strcat(all, i > 1 ? " " : "");
        strcat(all, t->argv[i]);
    }
    return strcmp(all, text) == 0;
}

/* Every way to write the same options, in every order of two operands among them. */
static void spellings(void)
{
    static const char *const ways[][4] = {
        {"-s 9", "-s9", "--size 9", "--size=9"},
        {"-m", "--margin", "-m", "--margin"},
        {"-w v -j3", "-wv -j 3", "--votes-of-volunteers v -j3", "--jobs=3 --votes-of-volunteers=v"},
        {"--seed 18446744073709551615 --no-keep", "-q", "-mq", "--quiet"}};
    for (int i = 0; i < 4 * 4 * 4 * 4; i++)
        for (int first = 0; first <= 4; first++)
            for (int second = first; second <= 4; second++) {
                char text[256] = "";
                struct try t;
                for (int part = 0; part <= 4; part++) {
                    strcat(text, part == first ? " one" : "");
                    strcat(text, part == second ? " two" : "");
                    if (part < 4)
                        sprintf(text + strlen(text), " %s", ways[part][i >> 2 * part & 3]);
                }
                parse(&t, text + 1);
                bool seed = i >> 6 == 0;
                CHECK(!t.status && t.o.size == 9 && t.o.margin && t.o.jobs == 3);
                CHECK(t.o.votes && strcmp(t.o.votes, "v") == 0 && operands_are(&t, "one two"));
                CHECK(t.o.seed == (seed ? UINT64_MAX : 1) && t.o.keep == !seed);
                CHECK(t.line.quiet == !seed && t.o.before == 7 && t.o.after == 7);
            }
}

static void operands(void)
{
    struct try t;
    parse(&t, "-w v - -s 3 -- -s --size=4 --");
    CHECK(!t.status && t.o.size == 3 && operands_are(&t, "- -s --size=4 --"));
    parse(&t, "a  b -w v"); /* an empty word between */
    CHECK(!t.status && t.line.operands == 3 && t.argv[2][0] == '\0');
    parse(&t, "-w -");
    CHECK(!t.status && t.line.operands == 0 && strcmp(t.o.votes, "-") == 0);
    parse(&t, "-w v -s 1 --size 2 -s3");
    CHECK(!t.status && t.o.size == 3);
    parse(&t, "-w -m -o --size");
    CHECK(!t.status && !t.o.margin && strcmp(t.o.votes, "-m") == 0);
    CHECK(strcmp(t.o.output, "--size") == 0);
}

static void kinds(void)
{
    struct try t;
    parse(&t, "-w v --grand 8 --call good --call good -a 0.25 --how=mean");
    CHECK(!t.status && t.o.big && t.o.calls == 2);
    CHECK(t.o.inner.share == 0.25 && t.o.inner.mean);
    parse(&t, "-w v --big=8 --big=1 --how mean --how median");
    CHECK(!t.status && !t.o.big && !t.o.inner.mean);
    CHECK(refuses("-s 0", "--size '0' is not a whole number from 1 to 1024"));
    CHECK(refuses("-s1025", "--size '1025' is not a whole number from 1 to 1024"));
    CHECK(refuses("--size=", "--size '' is not a whole number from 1 to 1024"));
    CHECK(refuses("--seed -1", "--seed '-1' is not a whole number from 0"));
    CHECK(refuses("-j 4294967297", "--jobs '4294967297' is not a whole number from 1 to 256"));
    CHECK(refuses("-a nan", "--amount 'nan' is not a number from 0 to 1"));
    CHECK(refuses("--how Mean", "--how 'Mean' is neither median nor mean"));
    CHECK(refuses("--grand 2", "--big '2' is neither 1 nor 8"));
    CHECK(refuses("--call bad", "--call 'bad' is not good"));
    parse(&t, "-w v -j 9 -j 0 -s 5");
    CHECK(t.status == STATUS_FORMAT && t.o.jobs == 9 && t.o.size == 64);
}

static void wrong(void)
{
    CHECK(refuses("-s 3 one", "there is no --votes-of-volunteers FILE"));
    CHECK(refuses("-z", "unknown option '-z'"));
    CHECK(refuses("-mz", "unknown option '-z'"));
    CHECK(refuses("--unknown=5", "unknown option '--unknown'"));
    CHECK(refuses("--siz 5", "unknown option '--siz'"));
    CHECK(refuses("--sizes 5", "unknown option '--sizes'"));
    CHECK(refuses("---size 5", "unknown option '---size'"));
    CHECK(refuses("--=5", "unknown option '--'"));
    CHECK(refuses("--margin=yes", "option '--margin' takes no value"));
    CHECK(refuses("--margin=", "option '--margin' takes no value"));
    CHECK(refuses("-w v -s", "option '-s' needs a value"));
    CHECK(refuses("-w v --size", "option '--size' needs a value"));
    CHECK(refuses("-ms", "option '-s' needs a value"));
    CHECK(refuses("--rate 0.1", "option --rate is now --learning-rate"));
    CHECK(refuses("--rate=0.1", "option --rate is now --learning-rate"));
    CHECK(refuses("-r0.1", "option -r is now --learning-rate"));
    CHECK(refuses("-mx", "option -x is now --extra"));
}

static void shown(void)
{
    struct try t;
    parse(&t, "-m -h --unknown");
    CHECK(t.status == STATUS_END && t.line.shown == OPTION_HELP);
    parse(&t, "-qV");
    CHECK(t.status == STATUS_END && t.line.shown == OPTION_VERSION && t.line.quiet);
    parse(&t, "--help");
    CHECK(t.status == STATUS_END && t.line.shown == OPTION_HELP);
    CHECK(refuses("--unknown -h", "unknown option '--unknown'"));
    CHECK(refuses("--help=me", "option '--help' takes no value"));
    parse(&t, "-w v -- -h");
    CHECK(!t.status && operands_are(&t, "-h"));
}

/* The help of a table as one text, to be freed. */
static char *help_of(const struct program *p)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    options_print_help(p, f);
    fclose(f);
    return text;
}

static void help(void)
{
    static const char want[] =
        "usage: gz-unit [-mqV] [-a X] [-j N] [-o FILE] [-s N] [--big N] [--call WORD] [--how HOW]\n"
        "               [--no-keep] [--seed SEED] -w FILE [FILE ...]\n"
        "\n"
        "Try the options of a program that does nothing else.\n"
        "\n"
        "  -a, --amount X        a share, 0 to 1\n"
        "      --big N           1 or 8\n"
        "      --call WORD       a word, again and again\n"
        "  -h, --help            show this help\n"
        "      --how HOW         mean or median\n"
        "  -j, --jobs N          use N threads (default: all processors)\n"
        "  -m, --margin          keep a margin\n"
        "      --no-keep         keep nothing\n"
        "  -o, --output FILE     write to FILE\n"
        "  -q, --quiet           no progress\n"
        "      --seed SEED       of all that is random\n"
        "  -s, --size N          side of the square, in a sentence that is long enough to need a\n"
        "                        new line of help\n"
        "  -V, --version         show the version\n"
        "  -w, --votes-of-volunteers FILE\n"
        "                        the votes\n";
    char *text = help_of(&program);
    CHECK(strcmp(text, want) == 0);
    free(text);
    /* What a program says of an option that all have counts, and no letter is told twice. */
    static const struct option_spec own[] = {
        {'q', "quiet", NULL, "print nothing", .kind = OPTION_QUIET},
        {'V', "validate", "FILE", "measure on FILE", OPTION_FILE(output)},
        {0, "version", NULL, "show the version", .kind = OPTION_VERSION},
        {.kind = OPTION_END},
    };
    const struct program other = {"gz", "DIR", own, "Do something.", .files = "/"};
    text = help_of(&other);
    CHECK(strcmp(text, "usage: gz [-q] [-V FILE] [--version] DIR\n"
                       "\n"
                       "Do something.\n"
                       "\n"
                       "  -h, --help            show this help\n"
                       "  -q, --quiet           print nothing\n"
                       "  -V, --validate FILE   measure on FILE\n"
                       "      --version         show the version\n") == 0);
    free(text);
}

/* What can follow these words, as text to free. */
static char *completions(const struct program *p, int n, char **words)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    const struct command_line line = {.shown = OPTION_COMPLETE, .words = words, .n = (size_t)n};
    options_print_completions(p, &line, f);
    fclose(f);
    return text;
}

static void print_names(FILE *f)
{
    fputs("sky\tready\n", f);
}

static void completion(void)
{
    static const struct option_spec rows[] = {
        {0, "color", NULL, "colour", .kind = OPTION_ALIAS},
        {'d', "dir", "DIR", "a folder", OPTION_FILE(output)},
        {'w', "weights", "FILE", "the weights", OPTION_FILE(output), .files = "a b"},
        {'r', "ready", "FILE", "weights, too", OPTION_FILE(output), .complete = print_names},
        {0, "norm", "WAY", "one of two", .kind = OPTION_WORD, .word = {"none", "shard"}},
        {0, "former", NULL, "--norm", .kind = OPTION_OLD},
        {.kind = OPTION_END},
    };
    static struct {
        char word[2][12];
        const char *want;
    } cases[] = {
        {{"-d"}, ":folder\n"},         {{"x", "--weights"}, ":file a b\n"},
        {{"-qw"}, ":file a b\n"},      {{"--norm"}, "none\t\nshard\t\n"},
        {{"-w", "--"}, ":file npy\n"}, {{"-r"}, "sky\tready\n:file\n"},
    };
    const struct program p = {"gz-p", "[FILE ...]", rows, "Do something.", .files = "npy"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *words[] = {cases[i].word[0], cases[i].word[1]};
        char *text = completions(&p, *words[1] ? 2 : 1, words);
        CHECK(strcmp(text, cases[i].want) == 0);
        free(text);
    }
    /* Without a word, and after a value, all options and an operand; none that is hidden. */
    static const char first[] = ":file npy\n--dir\ta folder\n-d\ta folder\n--help\t";
    char word[] = "--norm=none";
    char *all = completions(&p, 0, NULL), *after = completions(&p, 1, (char *[]){word});
    CHECK(strncmp(all, first, strlen(first)) == 0);
    CHECK(strcmp(all, after) == 0 && !strstr(all, "former") && !strstr(all, "color") &&
          !strstr(all, "complete"));
    free(all);
    free(after);
}

int main(void)
{
    unit_test("options mean the same however they are written, and wherever operands stand");
    spellings();
    unit_test("operands: -, what follows --, empty words; the last of equal options counts");
    operands();
    unit_test("values of every kind, their limits, and a struct within the struct");
    kinds();
    unit_test("wrong words are refused and named, former names with the present one");
    wrong();
    unit_test("help and version end the reading");
    shown();
    unit_test("the help is made from the table");
    help();
    unit_test("a shell is told what can follow the words of a command line");
    completion();
    return unit_end();
}
