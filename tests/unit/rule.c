#include "catalogue/rule.h"

#include <unistd.h>

#include "catalogue/builtin.h"
#include "unit.h"

/* A table with these columns and one row; open. */
static void open_table(struct table *t, const char *text)
{
    static char path[64];
    static char *paths[] = {path};
    struct error err;
    snprintf(path, sizeof path, "/tmp/gz-rule-%ld", (long)getpid());
    FILE *f = fopen(path, "wb");
    if (!f || fputs(text, f) < 0 || fclose(f) || table_open(t, paths, 1, &err) ||
        table_next(t, &err))
        exit(99);
    unlink(path);
}

/* The value of a formula for the row a = 2, b = 3, c = 4, d = 0. */
static double value_of(const char *formula)
{
    char text[256];
    double value[RULE_COLUMNS_MAX], result = -1;
    struct rule *rule;
    struct table t;
    struct error err;
    sprintf(text, "class k\nvotes %s / 1\n", formula);
    open_table(&t, "id,a,b,c,d\n1,2,3,4,0\n");
    if (!rule_parse(&rule, text, &err) && !rule_bind(rule, &t, NULL, &err) &&
        !rule_read(rule, &t, value, &err))
        result = rule_value(rule, rule->class[0].votes, value);
    rule_free(rule);
    table_close(&t);
    return result;
}

/* What a rule with this first line reads from a cell; -1: the row is refused. */
static double read_cell(const char *first_line, const char *cell)
{
    char text[64], rows[64];
    double value[RULE_COLUMNS_MAX], result = -1;
    struct rule *rule;
    struct table t;
    struct error err;
    sprintf(text, "%s\nclass k\nvotes a\n", first_line);
    sprintf(rows, "id,a\n1,%s\n", cell);
    open_table(&t, rows);
    if (!rule_parse(&rule, text, &err) && !rule_bind(rule, &t, NULL, &err) &&
        !rule_read(rule, &t, value, &err))
        result = value[0];
    rule_free(rule);
    table_close(&t);
    return result;
}

static void empty_cells(void)
{
    static const char *const empty[] = {"", "NaN", "nan", "NA", "null", "None", "--"};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        CHECK_NEAR(read_cell("empty 0", empty[i]), 0, 0);
        CHECK_NEAR(read_cell("# nothing", empty[i]), -1, 0);
    }
    CHECK_NEAR(read_cell("empty 0", "0.5"), 0.5, 0);
    CHECK_NEAR(read_cell("empty 0", "-"), 0, 0);
}

static bool refuses(const char *text, const char *why)
{
    struct rule *rule;
    struct error err;
    enum status s = rule_parse(&rule, text, &err);
    if (!s || !strstr(err.text, why))
        printf("# got: %s\n", s ? err.text : "nothing");
    return s && !rule && strstr(err.text, why);
}

/* Bind a rule with this first line to a table whose columns are n, id, "my id", in that order. The
   least number of volunteers, 100 times the index of their column, and 1000 times that of ids. */
static double names_of(const char *first_line)
{
    char text[200];
    double result = -1;
    struct rule *rule;
    struct table t;
    struct error err;
    sprintf(text, "%s\nclass k\nvotes n\n", first_line);
    open_table(&t, "n,id,my id\n1,1,1\n");
    if (!rule_parse(&rule, text, &err) && !rule_bind(rule, &t, NULL, &err))
        result = 1000 * rule->id_at + 100 * rule->volunteers_at + rule->least_volunteers;
    rule_free(rule);
    table_close(&t);
    return result;
}

/* Of a column that isn't named the index is -1. */
static void names(void)
{
    CHECK_NEAR(names_of("id x|id"), 1000 - 100, 0);
    CHECK_NEAR(names_of("id \"x|my id\""), 2000 - 100, 0);
    CHECK_NEAR(names_of("volunteers n"), -1000, 0);
    CHECK_NEAR(names_of("volunteers n >= 20"), -1000 + 20, 0);
    CHECK_NEAR(names_of("volunteers n>=20"), -1000 + 20, 0);
    CHECK_NEAR(names_of("volunteers n >=20"), -1000 + 20, 0);
    CHECK_NEAR(names_of("volunteers \t x|n>= 20 "), -1000 + 20, 0);
    CHECK_NEAR(names_of("volunteers \"my id\">=20"), -1000 + 200 + 20, 0);
    CHECK_NEAR(names_of("\xef\xbb\xbfvolunteers n >= 20"), -1000 + 20, 0);
}

static void formulas(void)
{
    CHECK_NEAR(value_of("a"), 2, 0);
    CHECK_NEAR(value_of("a * ( b + c )"), 14, 0);
    CHECK_NEAR(value_of("( b - a ) * \"c\""), 4, 0);
    CHECK_NEAR(value_of("a / ( b + 1 ) * c"), 2, 0);
    CHECK_NEAR(value_of("a / d"), 0, 0);
    CHECK_NEAR(value_of("a / ( b - c )"), 0, 0);
    CHECK_NEAR(value_of("{x|b|c} * ?nothing"), 3, 0);
    CHECK_NEAR(value_of("{A|b}"), 2, 0);
}

static void variants(void)
{
    const char *text = "variant one _1\nvariant two _2\nclass k\nvotes {p|q}{v}\n";
    struct rule *rule;
    struct rule_fit fit;
    struct table t;
    struct error err;
    open_table(&t, "id,q_2,x\n1,0.5,0\n");
    CHECK(!rule_parse(&rule, text, &err));
    rule_try(rule, &t, NULL, &fit);
    CHECK(fit.found == 1 && fit.missing == 0 && fit.variant == 1 && fit.fitting == 1);
    rule_try(rule, &t, "one", &fit);
    CHECK(fit.missing == 1 && strcmp(fit.lacks, "p_1") == 0);
    CHECK(rule_bind(rule, &t, "one", &err) == STATUS_MISMATCH && strstr(err.text, "'p_1'"));
    CHECK(rule_bind(rule, &t, "six", &err) == STATUS_MISMATCH && strstr(err.text, "one, two"));
    CHECK(!rule_bind(rule, &t, NULL, &err) && strcmp(rule_variant(rule), "two") == 0);
    table_close(&t);
    /* a column that is nearly there, of another variant than the first */
    open_table(&t, "id,Q-2,x\n1,0.5,0\n");
    CHECK(rule_bind(rule, &t, NULL, &err) == STATUS_MISMATCH && strstr(err.text, "'p_1'"));
    table_close(&t);
    open_table(&t, "id,P-2,x\n1,0.5,0\n");
    CHECK(rule_bind(rule, &t, NULL, &err) == STATUS_MISMATCH &&
          strcmp(err.text, "no column 'p_2': it is called 'P-2' there") == 0);
    table_close(&t);
    rule_free(rule);
}

static void builtins(void)
{
    struct rule *rule;
    struct error err;
    for (const struct builtin_rule *b = builtin_rules; b->name; b++) {
        CHECK(!rule_parse(&rule, b->text, &err) && rule->about);
        rule_free(rule);
    }
    CHECK(builtin_find("kaggle") && !builtin_find("gz3"));
}

int main(void)
{
    unit_test("formulas");
    formulas();
    unit_test("empty cells count as 0 if the rule says so, and are refused otherwise");
    empty_cells();
    unit_test("names of ids and volunteers, with and without blanks; a byte order mark");
    names();
    unit_test("variants and alternatives");
    variants();
    unit_test("the rules of the programs can be read");
    builtins();

    unit_test("what is refused");
    CHECK(refuses("", "a rule without a class"));
    CHECK(refuses("class a\n", "the class a has no line votes or answer"));
    CHECK(refuses("\n# x\nvotes a\n", "line 3: votes before the first class"));
    CHECK(refuses("class a\nvotes x \\\n + \nclass b\n", "line 2: a column is missing at the end"));
    CHECK(refuses("class a\nvotes ( x\n", "a closing parenthesis is missing"));
    CHECK(refuses("class a\nvotes x )\n", "an operator is missing before ')'"));
    CHECK(refuses("class a\nvotes x\nanswer y\n", "has such a line already"));
    CHECK(refuses("class a\nvotes x\nneed x = 1\n", "a cut ends with >= or > and a number"));
    CHECK(refuses("class a\nvotes x\nclass a\n", "the class a is there twice"));
    CHECK(refuses("class label\n", "label"));
    CHECK(refuses("volunteers n >= few\n", "line 1: 'few' is not a number of volunteers"));
    CHECK(refuses("about \"\nvolunteers n > 20\n", "line 2: '> 20' is not >= and a number"));
    CHECK(refuses("volunteers n = 20\n", "line 1: '= 20' is not >= and a number"));
    CHECK(refuses("volunteers n >\n", "line 1: '>' is not >= and a number"));
    CHECK(refuses("volunteers n >=\n", "line 1: '' is not a number of volunteers"));
    CHECK(refuses("volunteers n 20\n", "line 1: '20' after the name of a column"));
    CHECK(refuses("volunteers >= 20\n", "line 1: there is nothing after the first word"));
    CHECK(refuses("id my id\n", "line 1: 'id' after the name of a column; one with blanks is in"));
    CHECK(refuses("id \"my id\n", "line 1: no closing quote"));
    CHECK(refuses("class a\nvotes \"x\n", "line 2: no closing quote"));
    CHECK(refuses("colour x\n", "no line of a rule begins with 'colour'"));
    CHECK(refuses("class a\nvotes ( ( ( ( ( ( ( ( ( ( ( ( ( ( ( ( ( x\n", "too deep"));
    return unit_end();
}
