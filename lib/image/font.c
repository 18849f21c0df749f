#include "image/font.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* The lines of the characters ' ' to '~', then of the box: a point is two digits, its column and
   its row; lines are separated by spaces; a line of one point is a dot. */
static const char *const glyphs[] = {
    "",                                    /* space */
    "2024 26",                             /* ! */
    "1012 3032",                           /* " */
    "1016 3036 0242 0444",                 /* # */
    "4111021333443505 2026",               /* $ */
    "0001111000 3545463635 0541",          /* % */
    "4602011020310405162644",              /* & */
    "2022",                                /* ' */
    "30212536",                            /* ( */
    "10212516",                            /* ) */
    "2125 0244 0442",                      /* * */
    "2125 0343",                           /* + */
    "262718",                              /* , */
    "1333",                                /* - */
    "26",                                  /* . */
    "0640",                                /* / */
    "103041453616050110",                  /* 0 */
    "112026 1636",                         /* 1 */
    "01103041420646",                      /* 2 */
    "01103041423313 334445361605",         /* 3 */
    "3630030444",                          /* 4 */
    "400002324345361605",                  /* 5 */
    "30200205163645443303",                /* 6 */
    "004016",                              /* 7 */
    "103041423313020110 1304051636454433", /* 8 */
    "16264441301001021343",                /* 9 */
    "22 26",                               /* : */
    "22 262718",                           /* ; */
    "311335",                              /* < */
    "0242 0444",                           /* = */
    "113315",                              /* > */
    "011030414224 26",                     /* ? */
    "3616050110304144242242",              /* @ */
    "0602204246 0444",                     /* A */
    "06003041423303 3344453606",           /* B */
    "4130100105163645",                    /* C */
    "00063645413000",                      /* D */
    "40000646 0333",                       /* E */
    "400006 0333",                         /* F */
    "41301001051636454323",                /* G */
    "0006 4046 0343",                      /* H */
    "1030 2026 1636",                      /* I */
    "4045361605",                          /* J */
    "0006 4004 1346",                      /* K */
    "000646",                              /* L */
    "0600224046",                          /* M */
    "06004640",                            /* N */
    "103041453616050110",                  /* O */
    "06003041423303",                      /* P */
    "103041453616050110 2446",             /* Q */
    "06003041423303 1346",                 /* R */
    "413010010213334445361605",            /* S */
    "0040 2026",                           /* T */
    "000516364540",                        /* U */
    "002640",                              /* V */
    "0016233640",                          /* W */
    "0046 4006",                           /* X */
    "002340 2326",                         /* Y */
    "00400646",                            /* Z */
    "30101636",                            /* [ */
    "0046",                                /* \ */
    "10303616",                            /* ] */
    "022042",                              /* ^ */
    "0747",                                /* _ */
    "1021",                                /* ` */
    "12324346 441405163645",               /* a */
    "0006 0312324345361605",               /* b */
    "4332120305163645",                    /* c */
    "4046 4332120305163645",               /* d */
    "044443321203051646",                  /* e */
    "40302126 1232",                       /* f */
    "4332120305163645 42473818",           /* g */
    "0006 0312324346",                     /* h */
    "20 122226 1636",                      /* i */
    "30 2232372818",                       /* j */
    "0006 3205 1436",                      /* k */
    "102026 1636",                         /* l */
    "0206 03122326 23324346",              /* m */
    "0206 0312324346",                     /* n */
    "123243453616050312",                  /* o */
    "0208 0312324345361605",               /* p */
    "4248 4332120305163645",               /* q */
    "0206 03123243",                       /* r */
    "4212031434453606",                    /* s */
    "1015263645 0232",                     /* t */
    "0205163645 4246",                     /* u */
    "022642",                              /* v */
    "02051625364542 2523",                 /* w */
    "0246 4206",                           /* x */
    "0205163645 42473818",                 /* y */
    "02420646",                            /* z */
    "30212213242536",                      /* { */
    "2027",                                /* | */
    "10212233242516",                      /* } */
    "04133443",                            /* ~ */
    "0040460600",                          /* anything else */
};

enum { FIRST = ' ', LAST = '~', BLANK = 2, GAP = 1 };

/* Whether a byte is a continuation byte of UTF-8. */
static bool continues(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static const char *glyph(char c)
{
    return glyphs[c >= FIRST && c <= LAST ? c - FIRST : LAST - FIRST + 1];
}

/* The first column that a glyph uses, and how many it uses. */
static void extent(const char *strokes, size_t *first, size_t *columns)
{
    size_t least = 4, most = 0;
    for (const char *s = strokes; *s; s += *s == ' ' ? 1 : 2)
        if (*s != ' ') {
            size_t x = (size_t)(*s - '0');
            least = x < least ? x : least;
            most = x > most ? x : most;
        }
    *first = *strokes ? least : 0;
    *columns = *strokes ? most - least + 1 : BLANK;
}

size_t font_width(const char *text, size_t scale)
{
    size_t width = 0, first, columns;
    for (; *text; text++)
        if (!continues(*text)) {
            extent(glyph(*text), &first, &columns);
            width += (width ? GAP : 0) + columns;
        }
    return width * scale;
}

/* ---- the pen ---- */

struct point {
    float x, y; /* in grid steps */
};

enum { CURVE = 6, POINTS_MAX = 24 * CURVE };

static struct point between(struct point a, struct point b, float t)
{
    return (struct point){a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t};
}

static float length(struct point a, struct point b)
{
    return hypotf(b.x - a.x, b.y - a.y);
}

/* The points that replace the corner b: b itself where it is sharp, else some on a parabola (de
   Casteljau's algorithm in two steps) between points on the lines before and after it. */
static size_t go_around(struct point a, struct point b, struct point c, struct point *way)
{
    float before = length(a, b), after = length(b, c);
    float turn = ((b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y)) / (before * after);
    if (turn < 0.6f) {
        way[0] = b;
        return 1;
    }
    struct point from = between(b, a, fminf(0.5f, 1 / before));
    struct point to = between(b, c, fminf(0.5f, 1 / after));
    for (int i = 0; i < CURVE; i++) {
        float t = (float)i / (CURVE - 1);
        way[i] = between(between(from, b, t), between(b, to, t), t);
    }
    return CURVE;
}

/* Make points of the next line of a glyph, and move *strokes past it. Where a line is closed, its
   start is a corner, too. */
static size_t trace(const char **strokes, bool curved, struct point *way)
{
    struct point p[24];
    size_t n = 0, used = 0;
    for (; **strokes && **strokes != ' '; *strokes += 2)
        p[n++] = (struct point){(float)((*strokes)[0] - '0'), (float)((*strokes)[1] - '0')};
    *strokes += **strokes == ' ';
    bool closed = n > 3 && length(p[0], p[n - 1]) == 0;
    for (size_t i = 0; i < n; i++) {
        bool inner = i > 0 && i + 1 < n;
        if (curved && inner)
            used += go_around(p[i - 1], p[i], p[i + 1], way + used);
        else if (curved && closed)
            used += go_around(p[n - 2], p[0], p[1], way + used);
        else
            way[used++] = p[i];
    }
    return used;
}

static float distance(struct point p, struct point a, struct point b)
{
    float dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy;
    float t = square > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / square : 0;
    return length(p, between(a, b, fminf(fmaxf(t, 0), 1)));
}

/* Draw one glyph. A pixel's coverage follows from the distance of its centre to the nearest line.
 */
static void draw_glyph(struct canvas *c, int64_t y, int64_t x, const char *strokes, size_t scale,
                       const unsigned char colour[3])
{
    struct point way[POINTS_MAX];
    size_t first, columns, ends[8], lines = 0, used = 0;
    extent(strokes, &first, &columns);
    while (*strokes && lines < 8) {
        used += trace(&strokes, scale > 2, way + used);
        ends[lines++] = used;
    }
    float unit = (float)scale, half = scale > 2 ? 0.42f : 0.5f;
    for (int64_t i = -(int64_t)scale; i < 10 * (int64_t)scale; i++)
        for (int64_t j = -(int64_t)scale; j < (int64_t)((columns + 1) * scale); j++) {
            struct point p = {((float)j + 0.5f) / unit - 0.5f + (float)first,
                              ((float)i + 0.5f) / unit - 0.5f};
            float nearest = 10;
            for (size_t line = 0, k = 0; line < lines; line++, k++) {
                nearest = fminf(nearest, length(p, way[k]));
                for (; k + 1 < ends[line]; k++)
                    nearest = fminf(nearest, distance(p, way[k], way[k + 1]));
            }
            float share = (half - nearest) * unit + 0.5f;
            if (share > 0)
                canvas_blend(c, y + i, x + j, colour, fminf(share, 1));
        }
}

void font_draw(struct canvas *c, int64_t y, int64_t x, const char *text, size_t scale,
               const unsigned char colour[3])
{
    size_t first, columns;
    for (; *text; text++)
        if (!continues(*text)) {
            extent(glyph(*text), &first, &columns);
            draw_glyph(c, y, x, glyph(*text), scale, colour);
            x += (int64_t)((columns + GAP) * scale);
        }
}

/* ---- shortening ---- */

/* Join the whole characters among the first head bytes of text and those among the last tail bytes.
   Returns whether they fit. */
static bool join_ends(char *out, size_t room, const char *text, size_t head, size_t tail)
{
    size_t n = strlen(text);
    while (head > 0 && continues(text[head]))
        head--;
    while (tail > 0 && continues(text[n - tail]))
        tail--;
    if (head + tail + 3 > room)
        return false;
    memcpy(out, text, head);
    memcpy(out + head, "..", 2);
    memcpy(out + head + 2, text + n - tail, tail + 1);
    return true;
}

void font_shorten(char *out, size_t room, const char *text, size_t scale, size_t width)
{
    size_t n = strlen(text);
    out[0] = '\0';
    if (n < room && font_width(text, scale) <= width) {
        memcpy(out, text, n + 1);
        return;
    }
    while (n-- > 1)
        if (join_ends(out, room, text, (n + 1) / 2, n / 2) && font_width(out, scale) <= width)
            return;
    out[0] = '\0';
}
