#include "survey/simulate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "survey/camera.h"
#include "base/rng.h"

/* The generators of a galaxy, as views of its id. */
enum { DRAW_GALAXY, DRAW_PICTURE, DRAW_VOTES };

static const double EDGE_ON_FROM = 76 * M_PI / 180;

/* The kinds' shares of 0..1. */
static const double EDGE_ON_KIND_FROM = 0.38, ELLIPTICAL_FROM = 0.64, IRREGULAR_FROM = 0.97;

/* ---- drawing a galaxy ----
   One draw a statement, and none within an initialiser: C leaves the order of the others to the
   compiler, and then the galaxies would be too. */

static double between(struct rng *r, double low, double high)
{
    return low + (high - low) * rng_uniform(r);
}

/* Log-normal: spread is the standard deviation of the natural logarithm. */
static double around(struct rng *r, double median, double spread)
{
    return median * exp(spread * rng_normal(r));
}

static double clamp(double x, double low, double high)
{
    return fmin(fmax(x, low), high);
}

/* The radius with 90 % of the light: 50 pixels of the survey's pictures, give or take. */
static double draw_radius(const struct galaxy *g, struct rng *r)
{
    return around(r, 50, 0.1) / g->scale;
}

static void draw_arms(struct galaxy *g, struct rng *r)
{
    static const unsigned counts[10] = {2, 2, 2, 2, 2, 2, 2, 3, 3, 4};
    struct spiral *s = &g->spiral;
    s->arms.count = counts[rng_below(r, 10)];
    s->arms.pitch = clamp(around(r, 21, 0.33), 9, 40) * M_PI / 180;
    s->arms.inner = g->disk.h * between(r, 0.35, 0.7);
    s->arms.direction = rng_below(r, 2) ? 1 : -1;
    s->arms.angle = between(r, 0, 2 * M_PI);
    s->arms.sharpness = between(r, 1.2, 4);
    s->strength = clamp(0.8 + 0.2 * rng_normal(r), 0.03, 0.95);
    s->wobble = between(r, 0, 0.7);
    s->dust = between(r, 0, 0.45);
    s->redness = g->disk.redness - between(r, 0.1, 0.25);
    s->knots = (unsigned)rng_poisson(r, 14 * s->strength);
}

static void draw_bar(struct galaxy *g, struct rng *r)
{
    struct spheroid *bar = &g->bar;
    double length = g->disk.h * between(r, 0.5, 1.1);
    bar->light = g->disk.light * between(r, 0.3, 0.7);
    bar->r_e = 0.6 * length;
    bar->n = 0.5;
    bar->axis_ratio = between(r, 0.25, 0.45);
    bar->redness = 0.25;
    g->spiral.arms.inner = length;
}

static void draw_disk(struct galaxy *g, struct rng *r, double inclination)
{
    struct disk *d = &g->disk;
    struct spheroid *bulge = &g->bulge;
    g->truth = inclination >= EDGE_ON_FROM ? TRUTH_EDGE_ON : TRUTH_SPIRAL;
    d->inclination = inclination;
    d->light = around(r, 4, 0.35);
    d->h = draw_radius(g, r);
    d->h /= between(r, 2.5, 3.1);
    d->redness = clamp(0.14 + 0.1 * rng_normal(r), -0.1, 0.4);
    d->z_0 = d->h * between(r, 0.14, 0.26);
    bulge->light = d->light * around(r, 0.9, 0.5);
    bulge->r_e = d->h * between(r, 0.15, 0.4);
    bulge->n = between(r, 1, 3);
    bulge->axis_ratio = 1 - sin(inclination) * between(r, 0.1, 0.3);
    bulge->redness = clamp(0.3 + 0.06 * rng_normal(r), 0.1, 0.5);
}

static void draw_spiral(struct galaxy *g, struct rng *r)
{
    draw_disk(g, r, acos(between(r, 0.28, 1)));
    draw_arms(g, r);
    if (rng_uniform(r) < 0.3)
        draw_bar(g, r);
}

static void draw_edge_on(struct galaxy *g, struct rng *r)
{
    double off = fabs(7 * rng_normal(r)) * M_PI / 180;
    draw_disk(g, r, M_PI / 2 - fmin(off, 0.5));
    g->disk.redness += 0.1;
    if (rng_uniform(r) < 0.55)
        g->disk.dust = between(r, 0.3, 1.6);
}

static void draw_elliptical(struct galaxy *g, struct rng *r)
{
    struct spheroid *all = &g->bulge;
    bool blue = rng_uniform(r) < 0.1;
    g->truth = TRUTH_ROUND;
    all->light = around(r, 0.62, 0.3);
    all->r_e = draw_radius(g, r);
    all->r_e *= between(r, 0.38, 0.53);
    all->n = blue ? between(r, 1, 2) : between(r, 2.5, 5.5);
    all->axis_ratio = clamp(1 - fabs(0.17 * rng_normal(r)), 0.25, 1);
    all->redness = blue ? 0 : clamp(0.28 + 0.08 * rng_normal(r), 0, 0.5);
    /* With a low n, less of the light is near the centre: it would be dim there. */
    all->light *= 1 + 1.5 * fmax(5 - all->n, 0) / 4;
}

static void draw_irregular(struct galaxy *g, struct rng *r)
{
    draw_disk(g, r, acos(between(r, 0.4, 1)));
    g->irregular = true;
    g->bulge.light = 0;
    g->disk.redness = between(r, -0.1, 0.05);
    g->spiral.redness = -0.2;
    g->spiral.knots = 8 + (unsigned)rng_poisson(r, 14);
}

static void draw_neighbour(struct galaxy *g, struct rng *r)
{
    struct spheroid *n = &g->neighbour;
    double angle = between(r, 0, 2 * M_PI), away = between(r, 45, 150) / g->scale;
    g->neighbour_y = g->y + away * sin(angle);
    g->neighbour_x = g->x + away * cos(angle);
    g->neighbour_angle = between(r, 0, M_PI);
    n->light = around(r, 0.5, 0.6);
    n->r_e = between(r, 5, 16) / g->scale;
    n->n = between(r, 1, 4);
    n->axis_ratio = between(r, 0.3, 1);
    n->redness = clamp(0.25 + 0.15 * rng_normal(r), -0.1, 0.6);
}

void galaxy_draw(struct galaxy *g, uint64_t seed, const char *id)
{
    struct rng r = rng_child(seed, id, DRAW_GALAXY);
    *g = (struct galaxy){.seed = seed};
    strncpy(g->id, id, RECORD_ID_MAX);
    double kind = rng_uniform(&r);
    /* Those with arms to be seen are nearer, in the mean, than those that are bright all over. */
    double median = kind < ELLIPTICAL_FROM ? 3.1 : 4.1;
    g->scale = clamp(around(&r, median, 0.38), 1.5, 9);
    g->seeing = around(&r, 3.3, 0.1);
    g->y = 1.5 * rng_normal(&r) / g->scale;
    g->x = 1.5 * rng_normal(&r) / g->scale;
    g->angle = between(&r, 0, M_PI);
    if (kind < EDGE_ON_KIND_FROM)
        draw_spiral(g, &r);
    else if (kind < ELLIPTICAL_FROM)
        draw_edge_on(g, &r);
    else if (kind < IRREGULAR_FROM)
        draw_elliptical(g, &r);
    else
        draw_irregular(g, &r);
    if (rng_uniform(&r) < 0.08)
        draw_neighbour(g, &r);
}

/* ---- light ---- */

/* The colour of a redness: light in R, G, B, about 1 in the mean. */
static void colour(double redness, double light, float value[CAMERA_BANDS])
{
    value[0] = (float)(light * exp(redness));
    value[1] = (float)(light * exp(0.28 * redness));
    value[2] = (float)(light * exp(-1.3 * redness));
}

/* Axes turned by an angle: u along the major axis, v across. */
struct axes {
    float c, s;
};

static struct axes axes_at(double angle)
{
    return (struct axes){(float)cos(angle), (float)sin(angle)};
}

static void turn(struct axes a, float dy, float dx, float *u, float *v)
{
    *u = a.c * dx + a.s * dy;
    *v = a.c * dy - a.s * dx;
}

struct spheroid_light {
    struct profile profile;
    struct axes axes;
    float stretch; /* 1 / axis ratio */
    float colour[CAMERA_BANDS];
};

static void light_spheroid(const void *context, float dy, float dx, float *value)
{
    const struct spheroid_light *s = context;
    float u, v;
    turn(s->axes, dy, dx, &u, &v);
    v *= s->stretch;
    float light = profile_at(&s->profile, sqrtf(u * u + v * v));
    for (int b = 0; b < CAMERA_BANDS; b++)
        value[b] += light * s->colour[b];
}

static void paint_spheroid(struct frame *f, const struct spheroid *s, double y, double x,
                           double angle)
{
    struct spheroid_light l = {.axes = axes_at(angle), .stretch = (float)(1 / s->axis_ratio)};
    double middle = (double)f->side / 2, reach = s->r_e * (s->n > 1.5 ? 9 : 5);
    if (s->light <= 0)
        return;
    profile_sersic(&l.profile, s->n, s->r_e, reach);
    colour(s->redness, s->light, l.colour);
    frame_paint(f, middle + y, middle + x, reach, light_spheroid, &l);
}

/* A disk whose face is seen, with or without arms. */
struct face_light {
    const struct spiral *spiral;
    struct profile profile;
    struct axes axes;
    float stretch, lopsided;
    float colour[CAMERA_BANDS], arm_colour[CAMERA_BANDS];
    float arm_mean, wobble_phase[2];
};

/* What the light of the smooth disk becomes at radius r under an angle from the major axis, in
   each band: part of it gathers in the arms, and dust lies along their inner edge. */
static void light_arms(const struct face_light *l, float r, float angle, float *value)
{
    const struct spiral *s = l->spiral;
    float begun = fminf(fmaxf(2 * r / (float)s->arms.inner - 1, 0), 1);
    float share = (float)s->strength * begun, along = 3 * logf(r / (float)s->arms.inner);
    float stray = (float)s->wobble * (sinf(2 * angle + along + l->wobble_phase[0]) +
                                      0.7f * sinf(3 * angle - along + l->wobble_phase[1]));
    float phase = (float)arms_phase(&s->arms, r, angle) + stray;
    float ridge = expf((float)s->arms.sharpness * (cosf(phase) - 1)) / l->arm_mean;
    float lane = (float)s->dust * begun * expf(3 * (cosf(phase + 0.9f) - 1));
    for (int b = 0; b < CAMERA_BANDS; b++)
        value[b] = (1 - lane * (0.7f + 0.3f * (float)b)) *
                   ((1 - share) * l->colour[b] + share * ridge * l->arm_colour[b]);
}

static void light_face(const void *context, float dy, float dx, float *value)
{
    const struct face_light *l = context;
    float u, v;
    turn(l->axes, dy, dx, &u, &v);
    v *= l->stretch;
    float r = sqrtf(u * u + v * v), light = profile_at(&l->profile, r);
    float here[CAMERA_BANDS] = {l->colour[0], l->colour[1], l->colour[2]};
    light *= fmaxf(1 + l->lopsided * u / l->profile.reach, 0);
    if (l->spiral->strength > 0 && light > 0 && 2 * r > (float)l->spiral->arms.inner)
        light_arms(l, r, atan2f(v, u), here);
    for (int b = 0; b < CAMERA_BANDS; b++)
        value[b] += light * here[b];
}

/* The axis ratio of an inclined disk. */
static double disk_axis_ratio(const struct disk *d)
{
    double c = cos(d->inclination), q_0 = d->z_0 / d->h;
    return sqrt(c * c + q_0 * q_0 * (1 - c * c));
}

/* Clumps of young stars, on the arms where there are any. */
static void paint_knots(struct frame *f, const struct galaxy *g, struct rng *r)
{
    const struct spiral *s = &g->spiral;
    struct axes axes = axes_at(g->angle);
    double middle = (double)f->side / 2, q = disk_axis_ratio(&g->disk);
    for (unsigned k = 0; k < s->knots; k++) {
        double radius = g->disk.h * between(r, 0.6, 2.6);
        double angle = s->strength > 0 ? arms_ridge(&s->arms, k, radius) + 0.15 * rng_normal(r)
                                       : between(r, 0, 2 * M_PI);
        double u = radius * cos(angle), v = q * radius * sin(angle);
        double y = axes.s * u + axes.c * v, x = axes.c * u - axes.s * v;
        double local = g->disk.light * exp(-radius / g->disk.h);
        double light = around(r, (g->irregular ? 4 : 1.2) * local, 0.7);
        float value[CAMERA_BANDS];
        colour(s->redness - between(r, 0, 0.2), light, value);
        frame_add_point(f, middle + g->y + y, middle + g->x + x, value);
    }
}

static void paint_face(struct frame *f, const struct galaxy *g, struct rng *r)
{
    double middle = (double)f->side / 2, reach = 5 * g->disk.h, q = disk_axis_ratio(&g->disk);
    double slanted = g->disk.light * fmin(1 / q, 2.5); /* the same light from less of the sky */
    struct face_light l = {.spiral = &g->spiral,
                           .axes = axes_at(g->angle),
                           .stretch = (float)(1 / q),
                           .lopsided = g->irregular ? 2.5f : (float)between(r, 0, 0.5)};
    profile_exponential(&l.profile, g->disk.h, reach);
    colour(g->disk.redness, slanted, l.colour);
    colour(g->spiral.redness, slanted, l.arm_colour);
    l.arm_mean = (float)arms_mean(g->spiral.arms.sharpness);
    l.wobble_phase[0] = (float)between(r, 0, 2 * M_PI);
    l.wobble_phase[1] = (float)between(r, 0, 2 * M_PI);
    frame_paint(f, middle + g->y, middle + g->x, reach, light_face, &l);
    paint_knots(f, g, r);
}

/* A disk from the side. */
struct side_light {
    struct profile profile;
    struct axes axes;
    float z_0;            /* of the light: the disk's own, and its slant */
    float lane, lane_z_0; /* where the lane of dust runs, and its half thickness */
    float lane_h, dust;
    float colour[CAMERA_BANDS];
};

static void light_side(const void *context, float dy, float dx, float *value)
{
    static const float extinction[CAMERA_BANDS] = {0.7f, 0.9f, 1.2f}; /* i, r, g, in mean units */
    const struct side_light *l = context;
    float u, z;
    turn(l->axes, dy, dx, &u, &z);
    float fall = 1 / coshf(fminf(fabsf(z) / l->z_0, 20));
    float light = profile_at(&l->profile, fabsf(u)) * fall * fall;
    if (light <= 0)
        return;
    float off = (z - l->lane) / l->lane_z_0;
    float depth = l->dust * expf(-fabsf(u) / l->lane_h - 0.5f * off * off);
    for (int b = 0; b < CAMERA_BANDS; b++) /* half of the stars stand before the dust */
        value[b] += light * l->colour[b] * 0.5f * (1 + expf(-depth * extinction[b]));
}

static void paint_side(struct frame *f, const struct galaxy *g)
{
    const struct disk *d = &g->disk;
    double middle = (double)f->side / 2, reach = 5 * d->h, slant = cos(d->inclination) * d->h;
    struct side_light l = {.axes = axes_at(g->angle),
                           .z_0 = (float)hypot(d->z_0, 1.1 * slant),
                           .lane = (float)(0.5 * slant),
                           .lane_z_0 = (float)(0.25 * d->z_0 + 0.2 * slant),
                           .lane_h = (float)(1.5 * d->h),
                           .dust = (float)(3 * d->dust)};
    profile_edge_on(&l.profile, d->h, reach);
    colour(d->redness, 2 * d->light, l.colour);
    frame_paint(f, middle + g->y, middle + g->x, reach, light_side, &l);
}

/* ---- the picture ---- */

/* Numbers with this mean in a field of 112 camera pixels, the middling one. */
static unsigned how_many(struct rng *r, double mean, double field)
{
    return (unsigned)rng_poisson(r, mean * field * field / (112 * 112));
}

/* A light with as many times fainter ones as a power law says: N(> light) ~ light^-slope. */
static double faint_mostly(struct rng *r, double least, double most, double slope)
{
    return fmin(least * pow(1 - rng_uniform(r), -1 / slope), most);
}

static void paint_stars(struct frame *f, double field, struct rng *r)
{
    for (unsigned n = how_many(r, 7, field); n; n--) {
        float value[CAMERA_BANDS];
        double y = between(r, 0, (double)f->side), x = between(r, 0, (double)f->side);
        double redness = clamp(0.2 + 0.35 * rng_normal(r), -0.15, 0.9);
        colour(redness, faint_mostly(r, 0.5, 600, 0.75), value);
        frame_add_point(f, y, x, value);
    }
}

static void paint_background(struct frame *f, double field, struct rng *r)
{
    for (unsigned n = how_many(r, 4, field); n; n--) {
        struct spheroid s = {.n = 1};
        double half = (double)f->side / 2, y = between(r, -half, half), x = between(r, -half, half);
        s.light = faint_mostly(r, 0.02, 0.8, 0.9);
        s.r_e = between(r, 0.7, 2.5);
        s.axis_ratio = between(r, 0.3, 1);
        s.redness = clamp(0.35 + 0.25 * rng_normal(r), -0.1, 1);
        paint_spheroid(f, &s, y, x, between(r, 0, M_PI));
    }
}

static void paint_galaxy(struct frame *f, const struct galaxy *g, struct rng *r)
{
    bool featureless = g->spiral.strength <= 0 && !g->irregular;
    if (g->disk.light > 0 && featureless)
        paint_side(f, g);
    else if (g->disk.light > 0)
        paint_face(f, g, r);
    paint_spheroid(f, &g->bulge, g->y, g->x, g->angle);
    paint_spheroid(f, &g->bar, g->y, g->x, g->spiral.arms.angle);
    paint_spheroid(f, &g->neighbour, g->neighbour_y, g->neighbour_x, g->neighbour_angle);
}

static struct sky draw_sky(struct rng *r)
{
    static const float level[CAMERA_BANDS] = {0.009f, 0.011f, 0.002f};
    static const float noise[CAMERA_BANDS] = {0.031f, 0.026f, 0.024f};
    bool bright = rng_uniform(r) < 0.03; /* a star just outside lights up the field */
    double grain = around(r, 1, 0.15);
    struct sky s = {.glow = 0.7f};
    for (int b = 0; b < CAMERA_BANDS; b++) {
        s.level[b] =
            level[b] + (bright ? (float)between(r, 0.01, 0.07) : 0.005f * (float)rng_normal(r));
        s.tilt_y[b] = bright ? (float)between(r, -0.05, 0.05) : 0;
        s.tilt_x[b] = bright ? (float)between(r, -0.05, 0.05) : 0;
        s.noise[b] = noise[b] * (float)grain;
    }
    return s;
}

static enum status take(struct frame *f, const struct galaxy *g, double field, size_t size,
                        unsigned char *pixels, struct error *err)
{
    struct rng r = rng_child(g->seed, g->id, DRAW_PICTURE);
    double fwhm[CAMERA_BANDS];
    paint_galaxy(f, g, &r);
    paint_stars(f, field, &r);
    paint_background(f, field, &r);
    for (int b = 0; b < CAMERA_BANDS; b++)
        fwhm[b] = g->seeing * (1 + 0.04 * b) * around(&r, 1, 0.03);
    if (frame_blur(f, fwhm, err))
        return err->status;
    struct sky sky = draw_sky(&r);
    frame_expose(f, &sky, &r);
    return frame_develop(f, field, size, pixels, err);
}

enum status galaxy_picture(const struct galaxy *g, size_t size, unsigned char *pixels,
                           struct error *err)
{
    const size_t margin = 4; /* what enlarging and blurring look at beyond the edge */
    struct frame f;
    double field = SIMULATE_SIDE / g->scale;
    if (frame_init(&f, (size_t)ceil(field) + 2 * margin, err))
        return err->status;
    enum status s = take(&f, g, field, size, pixels, err);
    frame_release(&f);
    return s;
}

/* ---- what volunteers see ---- */

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

double galaxy_arms_seen(const struct galaxy *g)
{
    const struct spiral *s = &g->spiral;
    if (g->disk.light <= 0 || s->strength <= 0)
        return 0;
    /* Arms are a wave across the disk; a Gaussian seeing lowers its contrast by
       exp(-2 (pi sigma / wavelength)^2). Along the minor axis of an
       inclined disk they lie closer. */
    double wave = 2 * M_PI * 1.8 * g->disk.h * sin(s->arms.pitch) / s->arms.count;
    double sigma = g->seeing / 2.3548, x = M_PI * sigma / (wave * cos(g->disk.inclination));
    double peak = 1 - exp(-2 * s->arms.sharpness); /* from the ridge to between the arms */
    return s->strength * peak * exp(-2 * x * x) * (1 - 0.2 * s->wobble);
}

/* Set the likelihoods of question q's answers. */
static void answer(double *likely, unsigned q, unsigned n, const double *p)
{
    memcpy(likely + volunteers_answer(q, 1), p, n * sizeof *p);
}

static void answer_yes_no(double *likely, unsigned q, double yes)
{
    answer(likely, q, 2, (double[]){yes, 1 - yes});
}

/* How round it looks: question 7. */
static void judge_shape(double *likely, double axis_ratio)
{
    double round = logistic((axis_ratio - 0.81) / 0.028);
    double cigar = logistic((0.36 - axis_ratio) / 0.04);
    answer(likely, 7, 3, (double[]){round, fmax(1 - round - cigar, 0.01), cigar});
}

static void judge_bulge(double *likely, const struct galaxy *g)
{
    /* The bulge's light beside the disk's. */
    double r = g->disk.h > 0 ? g->bulge.r_e / g->disk.h : 1;
    double share = g->disk.light > 0 ? 5 * r * r * g->bulge.light / g->disk.light : 1;
    answer(likely, 5, 4,
           (double[]){exp(-share / 0.1), exp(-pow(log(fmax(share, 1e-6) / 0.25), 2)),
                      exp(-pow(log(fmax(share, 1e-6) / 0.7), 2)), 0.02 + logistic(share - 3)});
    answer(likely, 9, 3, (double[]){logistic((share - 0.3) / 0.1), 0.06, 0.3});
}

static void judge_arms(double *likely, const struct galaxy *g)
{
    double degrees = g->spiral.arms.pitch * 180 / M_PI;
    double number[6] = {0.04, 0.04, 0.04, 0.04, 0.03, 0.15};
    answer_yes_no(likely, 3, g->bar.light > 0 ? 0.75 : 0.08);
    answer(likely, 10, 3,
           (double[]){logistic((15 - degrees) / 3), exp(-pow((degrees - 18) / 8, 2)),
                      logistic((degrees - 25) / 3)});
    if (g->spiral.arms.count)
        number[g->spiral.arms.count - 1] += 0.7;
    answer(likely, 11, 6, number);
}

static void judge_odd(double *likely, const struct galaxy *g)
{
    bool lane = g->truth == TRUTH_EDGE_ON && g->disk.dust > 0.5;
    answer_yes_no(likely, 6, g->irregular ? 0.6 : g->neighbour.light > 0 ? 0.4 : lane ? 0.2 : 0.08);
    answer(likely, 8, 7,
           (double[]){0.15, 0.05, 0.15, g->irregular ? 2 : 0.1, 0.2,
                      g->neighbour.light > 0 ? 2 : 0.1, lane ? 1 : 0.02});
}

void galaxy_votes(const struct galaxy *g, double share[VOLUNTEERS_ANSWERS])
{
    double likely[VOLUNTEERS_ANSWERS] = {0};
    bool disk = g->disk.light > 0;
    double slant = g->disk.inclination * 180 / M_PI, arms = galaxy_arms_seen(g);
    double axis_ratio = disk ? disk_axis_ratio(&g->disk) : g->bulge.axis_ratio;
    /* Thin ellipticals are taken for disks from the side now and then. */
    double edge = disk ? logistic((slant - 76) / 2) : 0.6 * logistic((0.38 - axis_ratio) / 0.03);
    double structure = g->irregular ? 0.6 : logistic((arms - 0.17) / 0.035);
    double featured = 0.04 + 0.93 * (1 - (1 - structure) * (1 - 0.95 * edge));
    answer(likely, 1, 3, (double[]){1 - featured, featured, 0.015});
    answer_yes_no(likely, 2, 0.005 + 0.985 * edge);
    answer_yes_no(likely, 4, g->irregular ? 0.2 : 0.03 + 0.955 * logistic((arms - 0.15) / 0.03));
    judge_shape(likely, axis_ratio);
    judge_bulge(likely, g);
    judge_arms(likely, g);
    judge_odd(likely, g);
    struct rng r = rng_child(g->seed, g->id, DRAW_VOTES);
    volunteers_ask(likely, &r, share);
}

enum status galaxy_write_truth(struct buffer *out, const struct galaxy *g, struct error *err)
{
    static const char *const mark[] = {",1,0,0\n", ",0,1,0\n", ",0,0,1\n"};
    const char *header = "GalaxyID,spiral,edge-on,round\n";
    if (!g)
        return buffer_append(out, header, strlen(header), err);
    if (buffer_append(out, g->id, strlen(g->id), err))
        return err->status;
    return buffer_append(out, mark[g->truth], strlen(mark[g->truth]), err);
}
