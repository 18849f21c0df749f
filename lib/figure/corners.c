#include "figure/corners.h"

#include <string.h>

static int find_class(const struct predictions *l, const char *name, size_t n)
{
    for (size_t k = 0; k < l->classes; k++)
        if (strlen(predictions_class(l, k)) == n && memcmp(predictions_class(l, k), name, n) == 0)
            return (int)k;
    return -1;
}

enum status corners_find(struct corners *c, const struct predictions *l, const char *names,
                         struct error *err)
{
    const char *at = names;
    c->classes = l->classes;
    if (!at && l->classes != TRIANGLE_CLASSES)
        return error_set(err, STATUS_MISMATCH, "%zu classes: name the three at the corners%s",
                         l->classes, l->classes < 3 ? " (there are too few)" : "");
    for (int i = 0; i < TRIANGLE_CLASSES; i++) {
        size_t n = at ? strcspn(at, ",") : 0;
        c->class[i] = at ? find_class(l, at, n) : i;
        if (c->class[i] < 0)
            return error_set(err, STATUS_MISMATCH, "'%.*s' is not a class", (int)n, at);
        for (int j = 0; j < i; j++)
            if (c->class[i] == c->class[j])
                return error_set(err, STATUS_MISMATCH, "two corners for the class '%s'",
                                 predictions_class(l, (size_t)c->class[i]));
        if (at && at[n] != (i < TRIANGLE_CLASSES - 1 ? ',' : '\0'))
            return error_set(err, STATUS_MISMATCH, "corners '%s': not three classes", names);
        at = at ? at + n + 1 : NULL;
    }
    return STATUS_OK;
}

static bool is_corner(const struct corners *c, size_t class)
{
    for (int i = 0; i < TRIANGLE_CLASSES; i++)
        if ((size_t)c->class[i] == class)
            return true;
    return false;
}

enum status corners_add(const struct corners *c, const struct prediction *p, struct triangle *t,
                        struct error *err)
{
    float at[TRIANGLE_CLASSES], rest = 0;
    size_t likeliest = 0;
    for (size_t k = 0; k < c->classes; k++) {
        if (p->probability[k] > p->probability[likeliest])
            likeliest = k;
        if (!is_corner(c, k))
            rest += p->probability[k];
    }
    if (c->only && !is_corner(c, likeliest))
        return triangle_leave_out(t, p->id, err);
    for (int i = 0; i < TRIANGLE_CLASSES; i++)
        at[i] = p->probability[c->class[i]] + rest / TRIANGLE_CLASSES;
    return triangle_add(t, p->id, at, err);
}
