#include "catalogue/votes.h"

#undef OPTION_STRUCT
#define OPTION_STRUCT struct votes_options

const struct option_spec votes_option_table[] = {
    {'a', "agreement", "A", "the share of those asked who must agree (default: 0.9)",
     OPTION_REAL(min_agreement, 0, 1)},
    {0, "classes", "LIST", "the classes, and the columns or labels that make them, such as a,b=c+d",
     OPTION_TEXT(reading.classes)},
    {0, "corrections", "FILE",
     "a table whose column 'corrected' has other classes for some galaxies, or drop",
     OPTION_FILE(corrections), .files = "csv tsv"},
    {0, "id-column", "NAME", "the column with the galaxies' ids", OPTION_TEXT(reading.id_column)},
    {0, "ids", "FILE", "a table with the catalogue's id for each picture's name", OPTION_FILE(ids),
     .files = "csv tsv"},
    {0, "label-column", "NAME", "the column with the name of the galaxy's class",
     OPTION_TEXT(reading.label_column)},
    {0, "min-asked", "A", "the share of all volunteers who must have been asked (default: 0.5)",
     OPTION_REAL(min_asked, 0, 1)},
    {0, "min-volunteers", "N",
     "leave out galaxies that fewer volunteers classified (default: the rule's)",
     OPTION_REAL(min_volunteers, 0, 1e9)},
    {0, "other", "NAME", "one more class, NAME, for galaxies of the table without a class",
     OPTION_TEXT(other)},
    {0, "other-share", "S", "the share of these galaxies that is taken (default: 1)",
     OPTION_REAL(other_share, 0, 1)},
    {0, "picture-column", "NAME", "the column of --ids with the names of the pictures",
     OPTION_TEXT(picture_column)},
    {0, "rule", "NAME", "read the table by this built-in rule", OPTION_TEXT(reading.rule)},
    {0, "rules", "FILE", "read the table by the rule in FILE, see gz-rules(5)",
     OPTION_FILE(reading.rules), .files = "rule"},
    {0, "variant", "NAME", "which columns of an answer to read: fraction, weighted, debiased",
     OPTION_TEXT(reading.variant)},
    {.kind = OPTION_END},
};
