#include "image/fitshead.h"

#include <inttypes.h>
#include <string.h>

/* The value of a card: what follows "KEYWORD = ". */
enum { NAME = 8, VALUE = 10 };

/* What a header says, before it is known whether it makes sense. An axis that it doesn't name is
   missing. */
struct head {
    bool extension, table, has_bitpix, has_naxis, groups, tiles;
    int64_t bitpix, naxis, zbitpix, znaxis, pcount, gcount;
    int64_t axis[FITS_AXES_MAX], zaxis[FITS_AXES_MAX], ztile[FITS_AXES_MAX];
    bool too_many; /* there is an axis beyond FITS_AXES_MAX */
};

/* ---- cards ---- */

static bool is_named(const char *card, const char *name)
{
    size_t n = strlen(name);
    return memcmp(card, name, n) == 0 && (n == NAME || strspn(card + n, " ") >= NAME - n) &&
           card[NAME] == '=' && card[NAME + 1] == ' ';
}

/* A whole number of at most 18 digits: none that overflows. */
static bool read_whole(const char *card, int64_t *value)
{
    size_t i = VALUE, digits = 0;
    int64_t n = 0;
    while (i < FITS_CARD && card[i] == ' ')
        i++;
    bool minus = i < FITS_CARD && card[i] == '-';
    i += i < FITS_CARD && (card[i] == '-' || card[i] == '+');
    for (; i < FITS_CARD && card[i] >= '0' && card[i] <= '9'; i++, digits++)
        n = digits < 18 ? 10 * n + (card[i] - '0') : n;
    if (digits == 0 || digits > 18 || (i < FITS_CARD && card[i] != ' ' && card[i] != '/'))
        return false;
    *value = minus ? -n : n;
    return true;
}

static bool read_logical(const char *card)
{
    size_t i = VALUE;
    while (i < FITS_CARD && card[i] == ' ')
        i++;
    return i < FITS_CARD && card[i] == 'T';
}

/* The text between quotes, without blanks at its end; "" if it has no room. */
static void read_text(const char *card, char *text, size_t room)
{
    const char *from = memchr(card + VALUE, '\'', FITS_CARD - VALUE);
    const char *end = from ? memchr(from + 1, '\'', (size_t)(card + FITS_CARD - from - 1)) : NULL;
    size_t n = end ? (size_t)(end - from - 1) : 0;
    while (n > 0 && from[n] == ' ')
        n--;
    *text = '\0';
    if (n == 0 || n >= room)
        return;
    memcpy(text, from + 1, n);
    text[n] = '\0';
}

/* Read a card such as NAXIS2 into values[1]. False if it has this name but not such a value. */
static bool read_axis(struct head *h, const char *card, const char *name, int64_t *values)
{
    size_t n = strlen(name), digits = 0, number = 0;
    if (memcmp(card, name, n) != 0 || card[NAME] != '=' || card[n] == ' ')
        return true;
    for (; n < NAME && card[n] >= '0' && card[n] <= '9'; n++, digits++)
        number = 10 * number + (size_t)(card[n] - '0');
    if (digits == 0 || (n < NAME && card[n] != ' '))
        return true; /* another keyword */
    if (number == 0 || number > FITS_AXES_MAX) {
        h->too_many = true;
        return true;
    }
    return read_whole(card, &values[number - 1]);
}

static bool read_number(const char *card, const char *name, int64_t *value, bool *found)
{
    if (!is_named(card, name))
        return true;
    if (found)
        *found = true;
    return read_whole(card, value);
}

/* False if the value of a card that matters is not a value. */
static bool read_card(struct head *h, struct fits_hdu *u, const char *card)
{
    char text[FITS_CARD];
    if (is_named(card, "XTENSION")) {
        read_text(card, text, sizeof text);
        h->table = strcmp(text, "IMAGE") != 0;
    } else if (is_named(card, "GROUPS"))
        h->groups = read_logical(card);
    else if (is_named(card, "ZIMAGE"))
        h->tiles = read_logical(card);
    else if (is_named(card, "BANDS"))
        read_text(card, u->bands, sizeof u->bands);
    u->scaled |= is_named(card, "BSCALE") || is_named(card, "BZERO");
    u->summed |= is_named(card, "DATASUM");
    return read_number(card, "BITPIX", &h->bitpix, &h->has_bitpix) &&
           read_number(card, "NAXIS", &h->naxis, &h->has_naxis) &&
           read_number(card, "ZBITPIX", &h->zbitpix, NULL) &&
           read_number(card, "ZNAXIS", &h->znaxis, NULL) &&
           read_number(card, "PCOUNT", &h->pcount, NULL) &&
           read_number(card, "GCOUNT", &h->gcount, NULL) && read_axis(h, card, "NAXIS", h->axis) &&
           read_axis(h, card, "ZNAXIS", h->zaxis) && read_axis(h, card, "ZTILE", h->ztile);
}

/* ---- what they mean ---- */

static bool is_bitpix(int64_t b)
{
    return b == 8 || b == 16 || b == 32 || b == 64 || b == -32 || b == -64;
}

/* Whether an array of these axes has a size; *values is it, and 0 without axes. */
static bool count_values(const int64_t *axis, int64_t naxis, uint64_t *values)
{
    *values = naxis > 0;
    for (int64_t i = 0; i < naxis; i++)
        if (axis[i] < 0 || __builtin_mul_overflow(*values, (uint64_t)axis[i], values))
            return false;
    return *values <= (uint64_t)1 << 48;
}

/* Equation 2: |BITPIX| / 8 * GCOUNT * (PCOUNT + NAXIS1 * ... * NAXISm); of random groups the first
   axis, which is 0, doesn't count. */
static bool count_data(const struct head *h, uint64_t *bytes)
{
    size_t skip = h->groups && h->naxis > 0 && h->axis[0] == 0;
    uint64_t values, bits = (uint64_t)(h->bitpix < 0 ? -h->bitpix : h->bitpix);
    if (h->pcount < 0 || h->gcount < 0 ||
        !count_values(h->axis + skip, h->naxis - (int64_t)skip, &values))
        return false;
    return h->naxis == 0 ? (*bytes = 0) == 0
                         : !__builtin_add_overflow(values, (uint64_t)h->pcount, &values) &&
                               !__builtin_mul_overflow(values, (uint64_t)h->gcount, &values) &&
                               !__builtin_mul_overflow(values, bits / 8, bytes) &&
                               *bytes <= (uint64_t)1 << 56;
}

/* The array that the header describes, if it describes one. */
static enum status find_axes(const struct head *h, struct fits_hdu *u, struct error *err)
{
    bool tiles = h->table && h->tiles;
    const int64_t *axis = tiles ? h->zaxis : h->axis;
    int64_t naxis = tiles ? h->znaxis : h->naxis;
    uint64_t values;
    u->kind = FITS_OTHER;
    u->bitpix = (int)(tiles ? h->zbitpix : h->bitpix);
    if ((h->table && !tiles) || naxis < 2 || h->groups)
        return STATUS_OK;
    if (naxis > FITS_AXES_MAX || h->too_many)
        return error_set(err, STATUS_LIMIT, "a FITS image of more than %d axes", FITS_AXES_MAX);
    if (!is_bitpix(u->bitpix) || !count_values(axis, naxis, &values))
        return error_set(err, STATUS_FORMAT, "the FITS header's BITPIX or axes make no sense");
    if (values == 0)
        return STATUS_OK;
    u->kind = tiles ? FITS_TILES : FITS_IMAGE;
    u->naxis = (size_t)naxis;
    for (size_t i = 0; i < u->naxis; i++) {
        u->axis[i] = (uint64_t)axis[i];
        /* Without ZTILEn a tile is a row. */
        int64_t tile = h->ztile[i] ? h->ztile[i] : i == 0 ? axis[0] : 1;
        if (tiles && (tile < 0 || tile > axis[i]))
            return error_set(err, STATUS_FORMAT, "the FITS header's ZTILE%zu makes no sense",
                             i + 1);
        u->tile[i] = (uint64_t)tile;
    }
    return STATUS_OK;
}

static enum status check_head(const struct head *h, struct fits_hdu *u, struct error *err)
{
    if (!h->has_bitpix || !h->has_naxis || !is_bitpix(h->bitpix) || h->naxis < 0)
        return error_set(err, STATUS_FORMAT, "the FITS header has no valid BITPIX and NAXIS");
    if (h->naxis > FITS_AXES_MAX)
        return error_set(err, STATUS_LIMIT, "a FITS image of more than %d axes", FITS_AXES_MAX);
    for (int64_t i = 0; i < h->naxis; i++)
        if (h->axis[i] < 0)
            return error_set(err, STATUS_FORMAT, "the FITS header has no valid NAXIS%d",
                             (int)i + 1);
    if (!count_data(h, &u->data))
        return error_set(err, STATUS_FORMAT, "the FITS header's data have no possible size");
    return find_axes(h, u, err);
}

bool fits_begins(const void *bytes, size_t size)
{
    return size >= VALUE - 1 && memcmp(bytes, "SIMPLE  =", VALUE - 1) == 0;
}

enum status fits_hdu_read(struct fits_hdu *u, const void *bytes, size_t size, struct error *err)
{
    struct head h = {.gcount = 1};
    const char *card = bytes;
    for (size_t i = 0; i < FITS_AXES_MAX; i++)
        h.axis[i] = h.zaxis[i] = -1;
    *u = (struct fits_hdu){0};
    for (size_t at = 0; at + FITS_CARD <= size; at += FITS_CARD, card += FITS_CARD) {
        if (memcmp(card, "END     ", NAME) == 0) {
            u->header = (at / FITS_BLOCK + 1) * FITS_BLOCK;
            return check_head(&h, u, err);
        }
        for (size_t i = 0; i < NAME; i++)
            if (card[i] < ' ' || card[i] > '~')
                return error_set(err, STATUS_FORMAT, "the FITS header has bytes that aren't text");
        if (!read_card(&h, u, card))
            return error_set(err, STATUS_FORMAT, "the FITS header's %.8s has no valid value", card);
    }
    return error_set(err, STATUS_INCOMPLETE, "the FITS is cut off within a header");
}

static uint64_t whole_blocks(uint64_t bytes)
{
    return (bytes + FITS_BLOCK - 1) / FITS_BLOCK * FITS_BLOCK;
}

uint64_t fits_hdu_size(const struct fits_hdu *u)
{
    return u->header + whole_blocks(u->data);
}

/* ---- files ---- */

enum status fits_find_array(struct fits_hdu *u, const void *bytes, size_t size, int *number,
                            size_t *at, struct error *err)
{
    const char *b = bytes;
    *at = 0;
    for (*number = 1; *number <= FITS_HDUS_MAX; ++*number) {
        if (fits_hdu_read(u, b + *at, size - *at, err))
            return err->status;
        if (u->kind != FITS_OTHER)
            return STATUS_OK;
        uint64_t left = size - *at;
        if (fits_hdu_size(u) + strlen("XTENSION") > left)
            return u->header + u->data > left
                       ? error_set(err, STATUS_INCOMPLETE, "the FITS is cut off before its image")
                       : error_set(err, STATUS_FORMAT, "a FITS without an image");
        *at += (size_t)fits_hdu_size(u);
        if (memcmp(b + *at, "XTENSION", strlen("XTENSION")) != 0)
            break;
    }
    return error_set(err, STATUS_FORMAT, "a FITS without an image in its first HDUs");
}

size_t fits_search(struct fits_search *s, const void *bytes, size_t size)
{
    struct error err;
    struct fits_hdu u;
    const char *b = bytes;
    while (!s->failed && s->at < size && size - s->at >= strlen("XTENSION")) {
        if (s->at > 0 && memcmp(b + s->at, "XTENSION", strlen("XTENSION")) != 0)
            return s->at;
        enum status status = fits_hdu_read(&u, b + s->at, size - s->at, &err);
        if (status == STATUS_INCOMPLETE)
            return 0;
        s->failed = status != STATUS_OK || fits_hdu_size(&u) > SIZE_MAX - s->at;
        if (!s->failed)
            s->at += (size_t)fits_hdu_size(&u);
    }
    return 0;
}
