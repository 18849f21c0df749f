#include "catalogue/usual.h"

#include <ctype.h>
#include <string.h>

#include "base/num.h"

enum { ID_DIGITS_MIN = 3 };

/* Whether name is in a list, which NULL ends. "petromag*" stands for all that begin so. */
static bool is_in(const char *const *list, const char *name)
{
    for (; *list; list++) {
        size_t n = strcspn(*list, "*");
        if ((*list)[n] ? strncasecmp(name, *list, n) == 0 : strcasecmp(name, *list) == 0)
            return true;
    }
    return false;
}

static const char *const ids[] = {"id",        "galaxyid",  "objid",     "dr7objid",
                                  "dr8objid",  "iauname",   "id_str",    "dr8_id",
                                  "object_id", "survey_id", "specobjid", "zooniverse_id",
                                  "asset_id",  "gz_id",     NULL};

static const char *const labels[] = {
    "labels",     "class_name",   "class_label", "classification", "gz_class",   "gz_label",
    "gz2_class",  "galaxy_class", "galaxy_type", "type",           "morphology", "morph",
    "morph_type", "category",     "target",      "truth",          NULL};

static const char *const no_classes[] = {
    /* numbers of rows */
    "index", "row", "unnamed:*",
    /* coordinates, in the sky and in a picture */
    "ra", "dec", "ra_*", "dec_*", "raj2000", "dej2000", "decj2000", "_raj2000", "_dej2000", "glon",
    "glat", "x", "y", "x_*", "y_*", "xcenter", "ycenter",
    /* redshifts */
    "z", "z_*", "zerr", "zspec", "zphot", "specz", "photoz", "redshift*",
    /* what SDSS calls its observations */
    "plate", "plateid", "mjd", "fiber", "fiberid", "run", "rerun", "camcol", "field", "year",
    "month", "day", "date",
    /* sizes, magnitudes, types of other catalogues */
    "petro*", "psfmag*", "modelmag*", "cmodelmag*", "mag", "mag_*", "npix", "ttype", "t_type",
    "flag", "flags",
    /* numbers of all votes */
    "nvote", "nvotes", "n_votes", "votes", "total", "total_*", "num_classifications",
    "n_classifications", "classifications", "volunteers", NULL};

int usual_id_column(const struct table *t, int except)
{
    for (size_t i = 0; i < t->columns; i++)
        if ((int)i != except && is_in(ids, t->column[i]))
            return (int)i;
    return -1;
}

int usual_label(const char *column)
{
    if (strcasecmp(column, "label") == 0 || strcasecmp(column, "class") == 0)
        return 2;
    return is_in(labels, column);
}

bool usual_is_no_class(const char *column)
{
    return is_in(no_classes, column);
}

/* ---- the first line ---- */

static enum status refuse_separator(const struct table *t, struct error *err)
{
    static const char *const seen[][2] = {
        {";", "semicolons"}, {"|", "vertical bars"}, {" ", "blanks"}};
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++)
        if (strstr(t->column[0], seen[i][0]))
            return error_set(err, STATUS_MISMATCH,
                             "line 1 has neither a tab nor a comma: the cells seem to be separated "
                             "by %s",
                             seen[i][1]);
    return error_set(err, STATUS_MISMATCH, "line 1 has neither a tab nor a comma: one column only");
}

static enum status refuse_line(const char *cell, const char *what, struct error *err)
{
    return error_set(err, STATUS_MISMATCH, "line 1 is no header: '%.40s' %s, not a column's name",
                     cell, what);
}

/* Whether two ids are alike: the same but for their digits, of which there are several. */
static bool are_alike(const char *a, const char *b)
{
    size_t digits = 0;
    for (; *a && *b; a++, b++) {
        bool both = isdigit((unsigned char)*a) && isdigit((unsigned char)*b);
        if (!both && *a != *b)
            return false;
        digits += both;
    }
    return *a == *b && digits >= ID_DIGITS_MIN;
}

enum status usual_check_header(struct table *t, const char *id, struct error *err)
{
    double number;
    size_t at = 0;
    if (t->columns < 2)
        return refuse_separator(t, err);
    if (usual_id_column(t, -1) >= 0 || (id && table_find_any(t, id) >= 0))
        return STATUS_OK;
    for (size_t i = 0; i < t->columns; i++)
        if (num_parse_real(t->column[i], -1e300, 1e300, &number))
            return refuse_line(t->column[i], "is a number", err);
    if (table_sample(t, 1, err))
        return err->status;
    if (!table_peek(t, &at))
        return STATUS_OK;
    if (are_alike(t->column[0], table_cell(t, 0)))
        return refuse_line(t->column[0], "looks like an id", err);
    if (t->columns == 2 && *t->column[1] && strcmp(t->column[1], table_cell(t, 1)) == 0)
        return refuse_line(t->column[1], "is the label of line 2, too", err);
    return STATUS_OK;
}
