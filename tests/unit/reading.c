#include "catalogue/reading.h"

#include <unistd.h>

#include "unit.h"

static const struct reading_options nothing_said;

static void open_table(struct table *t, const char *text)
{
    static char path[64];
    static char *paths[] = {path};
    struct error err;
    snprintf(path, sizeof path, "/tmp/gz-reading-%ld", (long)getpid());
    FILE *f = fopen(path, "wb");
    if (!f || fputs(text, f) < 0 || fclose(f) || table_open(t, paths, 1, &err))
        exit(99);
    unlink(path);
}

/* "NAME id=COLUMN", with " label=COLUMN" for a table of labels; or the error. */
static const char *how(const char *text, const struct reading_options *o)
{
    static char result[sizeof(struct error) + 100];
    struct reading r;
    struct table t;
    struct error err;
    open_table(&t, text);
    if (reading_init(&r, &t, o, &err))
        snprintf(result, sizeof result, "%s", err.text);
    else {
        int used = snprintf(result, sizeof result, "%s id=%s", r.name, t.column[r.id]);
        if (!r.rule)
            snprintf(result + used, sizeof result - (size_t)used, " label=%s", t.column[r.label]);
    }
    reading_release(&r);
    table_close(&t);
    return result;
}

static bool is_read(const char *text, const struct reading_options *o, const char *expected)
{
    const char *got = how(text, o);
    if (strncmp(got, expected, strlen(expected)) != 0)
        printf("# got: %s\n", got);
    return strncmp(got, expected, strlen(expected)) == 0;
}

#define GZ1 "NVOTE,P_EL,P_CW,P_ACW,P_EDGE,P_DK,P_MG\n"

static void rules_by_their_columns(void)
{
    /* whatever the columns' case and order, and whichever usual name the id has */
    CHECK(is_read("OBJID," GZ1 "1,30,1,0,0,0,0,0\n", &nothing_said, "rule gz1 id=OBJID"));
    CHECK(is_read("p_edge,dr7objid,p_acw,p_cw,p_el\n0,1,0,0,1\n", &nothing_said,
                  "rule gz1 id=dr7objid"));
    /* a rule that is used by name only isn't found, but can be named */
    CHECK(is_read("OBJID,P_CW,P_ACW\n1,0.25,0.75\n", &nothing_said,
                  "no column 'P_EL', which rule gz1 needs"));
    CHECK(is_read("OBJID,P_CW,P_ACW\n1,0.25,0.75\n",
                  &(struct reading_options){.rule = "gz1-clockwise"},
                  "rule gz1-clockwise id=OBJID"));
    CHECK(is_read("OBJID,P_CW,P_ACW\n1,0.25,0.75\n", &(struct reading_options){.rule = "gz9"},
                  "no rule 'gz9': there are candels, "));
    CHECK(is_read("OBJID,P_CW\n1,0.25\n", &(struct reading_options){.rule = "gz1"}, "rule gz1: "));
    CHECK(is_read("name,OBJID," GZ1 "a,1,30,1,0,0,0,0,0\n",
                  &(struct reading_options){.id_column = "name"}, "rule gz1 id=name"));
    CHECK(is_read("OBJID," GZ1 "1,30,1,0,0,0,0,0\n", &(struct reading_options){.id_column = "x"},
                  "rule gz1: no column 'x' (--id-column)"));
    CHECK(is_read("a,b\n1,2\n", &(struct reading_options){.rules = "/no/such.rule"},
                  "/no/such.rule: "));
}

static void labels_in_cells(void)
{
    CHECK(is_read("OBJID,label\n1,bar\n2,ring\n", &nothing_said,
                  "the names in column label id=OBJID label=label"));
    /* the labels may come first, and numbers be labels if the column says so */
    CHECK(is_read("class,id\nbar,1\nring,2\n", &nothing_said,
                  "the names in column class id=id label=class"));
    CHECK(is_read("id,label\n1,0\n2,1\n", &nothing_said, "the names in column label id=id"));
    /* coordinates beside them do no harm; a second id isn't a label */
    CHECK(is_read("id,ra,type\n1,10.5,a\n2,11.5,b\n3,12.5,a\n", &nothing_said,
                  "the names in column type id=id label=type"));
    CHECK(is_read("id,file,type\n1,x.jpg,a\n2,y.jpg,b\n3,z.jpg,a\n", &nothing_said,
                  "the names in column type id=id label=type"));
    /* but what isn't called a label may be anything, unless it has the classes of the option */
    CHECK(is_read("id,ra,kind\n1,10.5,a\n2,11.5,b\n3,12.5,a\n", &nothing_said,
                  "--label-column must say that 'kind' has the classes, or --classes which"));
    CHECK(is_read("id,kind,survey\n1,a,x\n2,b,x\n3,a,y\n",
                  &(struct reading_options){.classes = "b,a"}, "the names in column kind"));
    CHECK(is_read("id,kind\n1,a\n2,b\n", &nothing_said, "the names in column kind"));
    CHECK(is_read("id,GAMA,spiral,round\n1,x,0.5,0.5\n2,x,0.1,0.9\n", &nothing_said,
                  "the column 'GAMA' holds no numbers, such as x:"));
    CHECK(is_read("id,retired,a,b\n1,True,0.5,0.5\n2,False,0.1,0.9\n3,True,1,0\n", &nothing_said,
                  "--label-column must say that 'retired' has the classes, or --classes"));
    CHECK(is_read("id,label,ra,a,b\n1,x,10.5,0.5,0.5\n2,y,11.5,0.1,0.9\n", &nothing_said,
                  "--label-column must say that 'label' has the classes, or --classes"));
    CHECK(is_read("id,sample,P_EL,P_CW\n1,x,0.5,0.5\n2,y,0.1,0.9\n3,x,1,0\n", &nothing_said,
                  "no column 'P_ACW', which rule gz1 needs"));
    CHECK(is_read("id,ra,label\n1,10.5,0\n2,11.5,1\n", &nothing_said,
                  "--label-column must say that 'label' has the classes"));
    CHECK(is_read("id,label\n1,-\n", &nothing_said, "the names in column label"));
    CHECK(is_read("id,class,a\n1,x,nan\n2,NaN,nan\n3,null,nan\n", &nothing_said,
                  "the names in column class"));
    /* two such columns: one called label comes first, else the user must say */
    CHECK(is_read("id,kind,label\n1,p,a\n2,q,b\n3,p,a\n", &nothing_said,
                  "the names in column label"));
    CHECK(is_read("id,kind,sort\n1,p,a\n2,q,b\n3,p,a\n", &nothing_said,
                  "--label-column must say which column has the classes: 'kind' or 'sort'"));
    CHECK(is_read("id,kind,sort\n1,p,a\n2,q,b\n3,p,a\n",
                  &(struct reading_options){.label_column = "sort"}, "the names in column sort"));
}

static void columns_of_votes(void)
{
    CHECK(is_read("name,bar,ring\na,36,2\nb,2,2\n", &nothing_said,
                  "a column for each class id=name"));
    CHECK(is_read("bar,ring,id\n0.5,0.5,1\n0.2,0.8,2\n", &nothing_said,
                  "a column for each class id=id"));
    /* what can't be votes is named, with the option that helps */
    CHECK(is_read("id,bar,ring,ra\n1,0.5,0.5,160.99\n2,0.2,0.8,161.5\n", &nothing_said,
                  "the column 'ra' holds no shares or counts of votes, such as 161.5:"));
    CHECK(is_read("id,bar,ring,n\n1,0.5,0.5,1\n2,0.2,0.8,1\n", &nothing_said,
                  "the column 'n' brings the sum of the shares above 1"));
    CHECK(is_read("id,bar,ring,n\n1,5,5,10\n2,2,8,10\n", &nothing_said,
                  "the column 'n' is the sum of the others"));
    CHECK(is_read("id,bar,ring,n\n1,0,1,36\n2,1,0,40\n", &nothing_said,
                  "the column 'n' is above 1, unlike all others, such as 40:"));
    CHECK(is_read("id,bar,ring,odd\n1,0.5,0.5,0\n2,0.2,0.8,0\n", &nothing_said,
                  "a column for each class id=id"));
    CHECK(is_read("id,bar,n\n1,0,36\n2,1,40\n", &nothing_said, "a column for each class id=id"));
    CHECK(is_read("id,bar,ring,mag\n1,0.5,0.5,-17.5\n2,0.2,0.8,-18\n", &nothing_said,
                  "the column 'mag' holds no shares or counts of votes, such as -17.5:"));
    CHECK(is_read("id,bar,ring\n1,-1,2\n2,7,8\n", &nothing_said,
                  "the column 'bar' holds no shares or counts of votes, such as -1:"));
    /* whatever their values are, by their names some can't be votes */
    CHECK(is_read("id,plate,bar,ring\n1,266,5,3\n2,267,5,9\n", &nothing_said,
                  "the column 'plate' has a name that isn't one of votes for a class: name"));
    CHECK(is_read("id,bar,ring,Redshift\n1,0.5,0.4,0.1\n2,0.5,0.3,0.2\n", &nothing_said,
                  "the column 'Redshift' has a name"));
    CHECK(is_read("id,plate,bar\n1,266,5\n2,267,5\n",
                  &(struct reading_options){.classes = "plate,bar"}, "a column for each class"));
    /* shares of several questions, or twice of one */
    CHECK(is_read("id,p,q,spiral,round\n1,0.2,0.95,0.95,0.05\n2,0.1,0.7,0.3,0.7\n", &nothing_said,
                  "the shares in a row sum to more than 1, such as 1.8: name the columns"));
    CHECK(is_read("id,a,b,c\n1,0.34,0.34,0.33\n2,0,0,0\n", &nothing_said, "a column for each"));
    CHECK(is_read("id,bar,ring,ra\n1,0.5,0.5,160.99\n2,0.2,0.8,161.5\n",
                  &(struct reading_options){.classes = "bar,ring"},
                  "a column for each class id=id"));
    CHECK(is_read("id,a,b,c\n1,0,1,0\n2,1,0,0\n", &(struct reading_options){.classes = "x=a+b,c"},
                  "a column for each class id=id"));
}

/* Names that differ from those of a rule in how their words are joined. */
static void columns_that_are_nearly_a_rule(void)
{
    CHECK(is_read("GalaxyID,Class1_1,Class1_2\n1,0.5,0.5\n2,0.2,0.8\n", &nothing_said,
                  "rule kaggle wants the column 'Class1_2' to be called 'Class1.2' (--classes"));
    CHECK(is_read("id,class1,class2,class11,class12\n1,0,0,0.5,0.5\n2,0,0,0.2,0.8\n", &nothing_said,
                  "a column for each class"));
    CHECK(is_read("iauname,smooth_or_featured_smooth_fraction,has_spiral_arms_yes_fraction\n"
                  "1,0.5,0.5\n2,0.5,0.5\n",
                  &nothing_said, "rule decals wants the column "));
    CHECK(is_read("dr7objid,t04 spiral a08 spiral debiased\n1,0.5\n2,0.2\n", &nothing_said,
                  "rule gz2 wants the column 't04 spiral a08 spiral debiased' to be called "
                  "'t04_spiral_a08_spiral_debiased'"));
}

static void lists_of_classes(void)
{
    const char *text = "id,a,b,c\n1,0,1,0\n2,1,0,0\n";
    CHECK(is_read(text, &(struct reading_options){.classes = "x=a+b,x=c"},
                  "--classes: x is there twice"));
    CHECK(is_read(text, &(struct reading_options){.classes = "a"},
                  "--classes names one column only"));
    char many[400] = "x=a", *end = many + 3;
    for (int i = 0; i < READING_PARTS_MAX; i++)
        end += sprintf(end, "+a");
    CHECK(
        is_read(text, &(struct reading_options){.classes = many}, "--classes: more than 16 parts"));
    /* without =, + is a part of a name */
    CHECK(is_read(text, &(struct reading_options){.classes = "a+b,c"},
                  "--classes: no column 'a+b', and no column has names of classes "
                  "(--label-column); a class of several columns is NAME=a+b"));
    CHECK(is_read("id,E+S0,S\n1,0,1\n2,1,0\n", &(struct reading_options){.classes = "E+S0,S"},
                  "a column for each class"));
}

int main(void)
{
    unit_test("a built-in rule is found by its columns, or named");
    rules_by_their_columns();
    unit_test("the column with the names of classes is found");
    labels_in_cells();
    unit_test("a column for each class, if all can be votes");
    columns_of_votes();
    unit_test("columns whose names are nearly those of a rule");
    columns_that_are_nearly_a_rule();
    unit_test("lists of classes that mean nothing are refused");
    lists_of_classes();
    return unit_end();
}
