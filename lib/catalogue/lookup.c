#include "catalogue/lookup.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "stream/names.h"
#include "stream/record.h"

enum { SLOTS_FIRST = 1024 };

/* ---- one hash table ---- */

static const char *id_at(const struct lookup_part *p, uint32_t slot)
{
    return p->entries.data + (slot - 1);
}

/* The slot of this id, or the free slot where it belongs. */
static size_t find_slot(const struct lookup_part *p, const char *id)
{
    size_t i = rng_hash(0, id, strlen(id)) & (p->slots - 1);
    while (p->slot[i] && strcmp(id_at(p, p->slot[i]), id) != 0)
        i = (i + 1) & (p->slots - 1);
    return i;
}

/* Double the slots if half of them would be taken. */
static enum status grow(struct lookup_part *p, struct error *err)
{
    if (p->n + 1 < p->slots / 2)
        return STATUS_OK;
    struct lookup_part old = *p;
    size_t slots = p->slots ? 2 * p->slots : SLOTS_FIRST;
    uint32_t *slot = mem_new(slots, sizeof *slot, err);
    if (!slot)
        return err->status;
    p->slot = slot;
    p->slots = slots;
    for (size_t i = 0; i < old.slots; i++)
        if (old.slot[i])
            p->slot[find_slot(p, id_at(p, old.slot[i]))] = old.slot[i];
    free(old.slot);
    return STATUS_OK;
}

static void *part_find(const struct lookup_part *p, const char *id, const char **spelled)
{
    uint32_t slot = p->slots ? p->slot[find_slot(p, id)] : 0;
    if (!slot)
        return NULL;
    const char *there = id_at(p, slot);
    if (spelled)
        *spelled = there;
    return (char *)there + strlen(there) + 1;
}

static enum status part_add(struct lookup_part *p, const char *id, const void *value, size_t n,
                            struct error *err)
{
    size_t at = p->entries.size;
    if (grow(p, err))
        return err->status;
    if (at >= UINT32_MAX)
        return error_set(err, STATUS_LIMIT, "more than %zu rows", p->n);
    if (buffer_append(&p->entries, id, strlen(id) + 1, err) ||
        buffer_append(&p->entries, value, n, err))
        return err->status;
    p->slot[find_slot(p, id)] = (uint32_t)(at + 1);
    p->n++;
    return STATUS_OK;
}

static void part_release(struct lookup_part *p)
{
    buffer_release(&p->entries);
    free(p->slot);
    *p = (struct lookup_part){0};
}

/* ---- spellings ---- */

/* Write the plain spelling of id. Returns false if id is spelled plainly, or too long for an id. */
static bool make_plain(const char *id, char plain[RECORD_ID_MAX + 1])
{
    const char *start = id + strspn(id, " \t"), *folder = strrchr(start, '/');
    start = folder && folder[1] ? folder + 1 : start;
    size_t size = strlen(start);
    if (size > RECORD_ID_MAX)
        return false;
    memcpy(plain, start, size + 1);
    while (size && strchr(" \t", plain[size - 1]))
        plain[--size] = '\0';
    plain[names_before_ending(plain)] = '\0';
    size_t digits = strspn(plain, "0123456789");
    if (digits && plain[digits] == '.' &&
        strspn(plain + digits + 1, "0") == strlen(plain + digits + 1))
        plain[digits] = '\0';
    if (digits && !plain[digits]) {
        size_t zeros = strspn(plain, "0");
        zeros -= zeros == digits;
        memmove(plain, plain + zeros, digits - zeros + 1);
    }
    return *plain && strcmp(plain, id) != 0;
}

bool lookup_id_is_rounded(const char *id)
{
    id += strspn(id, " \t");
    size_t whole = strspn(id, "0123456789"), part = 0;
    if (id[whole] == '.')
        part = 1 + strspn(id + whole + 1, "0123456789");
    const char *e = id + whole + part;
    if (whole != 1 || toupper((unsigned char)*e) != 'E')
        return false;
    const char *digits = e + 1 + (e[1] == '+');
    size_t power = strspn(digits, "0123456789");
    return power > 0 && power <= 2 && digits[power + strspn(digits + power, " \t")] == '\0';
}

bool lookup_id_is_quoted(const char *id)
{
    static const char *const before[] = {"=\"", "b'", "b\"", "'", "\""};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        size_t n = strlen(before[i]), digits;
        if (strncmp(id, before[i], n) != 0)
            continue;
        digits = strspn(id + n, "0123456789");
        const char *end = id + n + digits;
        return digits && (!*end || (*end == before[i][n - 1] && !end[1]));
    }
    return false;
}

/* ---- the table of ids and that of spellings ---- */

enum status lookup_add(struct lookup *l, const char *id, const void *value, size_t n,
                       const void **there, struct error *err)
{
    char plain[RECORD_ID_MAX + 1];
    *there = part_find(&l->exact, id, NULL);
    if (*there)
        return STATUS_OK;
    if (part_add(&l->exact, id, value, n, err))
        return err->status;
    if (!make_plain(id, plain))
        return STATUS_OK;
    char *other = part_find(&l->plain, plain, NULL);
    if (!other)
        return part_add(&l->plain, plain, id, strlen(id) + 1, err);
    *other = '\0';
    return STATUS_OK;
}

/* The value of the id with this spelling, or else of the only id with this plain spelling. */
static void *find_spelling(const struct lookup *l, const char *id, const char **spelled)
{
    void *value = part_find(&l->exact, id, spelled);
    const char *other = value ? NULL : part_find(&l->plain, id, NULL);
    return other && *other ? part_find(&l->exact, other, spelled) : value;
}

void *lookup_find(const struct lookup *l, const char *id, const char **spelled)
{
    char plain[RECORD_ID_MAX + 1];
    void *value = find_spelling(l, id, spelled);
    return value || !make_plain(id, plain) ? value : find_spelling(l, plain, spelled);
}

void lookup_release(struct lookup *l)
{
    part_release(&l->exact);
    part_release(&l->plain);
}
