#include "survey/simulate.h"

#include <math.h>
#include <string.h>

#include "survey/camera.h"
#include "base/rng.h"

/* The random generators of a galaxy, as views of its id. */
enum { RNG_GALAXY, RNG_PICTURE, RNG_VOTES };

static const double EDGE_ON_FROM = 76 * M_PI / 180;

/* A uniform number from 0 to 1 decides the kind: below the first a spiral galaxy, and so on. */
static const double EDGE_ON_KIND_FROM = 0.38, ELLIPTICAL_FROM = 0.64, IRREGULAR_FROM = 0.97;

/* ---- random galaxies ----
   One draw in a statement, and none in an initialiser: otherwise their order would be up to the
   compiler, and so would the galaxies. */

static double uniform(struct rng *r, double low, double high)
{
    return low + (high - low) * rng_uniform(r);
}

/* sigma is the standard deviation of the natural logarithm. */
static double log_normal(struct rng *r, double median, double sigma)
{
    return median * exp(sigma * rng_normal(r));
}

static double clamp(double x, double low, double high)
{
    return fmin(fmax(x, low), high);
}

/* The radius with 90 % of the light: about 50 pixels of the survey's pictures. */
static double random_radius(const struct galaxy *g, struct rng *r)
{
    return log_normal(r, 50, 0.1) / g->scale;
}

static void random_arms(struct galaxy *g, struct rng *r)
{
    static const unsigned counts[10] = {2, 2, 2, 2, 2, 2, 2, 3, 3, 4};
    struct spiral *s = &g->spiral;
    s->arms.count = counts[rng_below(r, 10)];
    s->arms.pitch = clamp(log_normal(r, 21, 0.33), 9, 40) * M_PI / 180;
    s->arms.inner = g->disk.h * uniform(r, 0.35, 0.7);
    s->arms.direction = rng_below(r, 2) ? 1 : -1;
    s->arms.angle = uniform(r, 0, 2 * M_PI);
    s->arms.sharpness = uniform(r, 1.2, 4);
    s->strength = clamp(0.8 + 0.2 * rng_normal(r), 0.03, 0.95);
    s->wobble = uniform(r, 0, 0.7);
    s->dust = uniform(r, 0, 0.45);
    s->redness = g->disk.redness - uniform(r, 0.1, 0.25);
    s->knots = (unsigned)rng_poisson(r, 14 * s->strength);
}

static void random_bar(struct galaxy *g, struct rng *r)
{
    struct spheroid *bar = &g->bar;
    double length = g->disk.h * uniform(r, 0.5, 1.1);
    bar->light = g->disk.light * uniform(r, 0.3, 0.7);
    bar->r_e = 0.6 * length;
    bar->n = 0.5;
    bar->axis_ratio = uniform(r, 0.25, 0.45);
    bar->redness = 0.25;
    g->spiral.arms.inner = length;
}

static void random_disk(struct galaxy *g, struct rng *r, double inclination)
{
    struct disk *d = &g->disk;
    struct spheroid *bulge = &g->bulge;
    g->truth = inclination >= EDGE_ON_FROM ? TRUTH_EDGE_ON : TRUTH_SPIRAL;
    d->inclination = inclination;
    d->light = log_normal(r, 4, 0.35);
    d->h = random_radius(g, r);
    d->h /= uniform(r, 2.5, 3.1);
    d->redness = clamp(0.14 + 0.1 * rng_normal(r), -0.1, 0.4);
    d->z_0 = d->h * uniform(r, 0.14, 0.26);
    bulge->light = d->light * log_normal(r, 0.9, 0.5);
    bulge->r_e = d->h * uniform(r, 0.15, 0.4);
    bulge->n = uniform(r, 1, 3);
    bulge->axis_ratio = 1 - sin(inclination) * uniform(r, 0.1, 0.3);
    bulge->redness = clamp(0.3 + 0.06 * rng_normal(r), 0.1, 0.5);
}

static void random_spiral(struct galaxy *g, struct rng *r)
{
    random_disk(g, r, acos(uniform(r, 0.28, 1)));
    random_arms(g, r);
    if (rng_uniform(r) < 0.3)
        random_bar(g, r);
}

static void random_edge_on(struct galaxy *g, struct rng *r)
{
    double off = fabs(7 * rng_normal(r)) * M_PI / 180;
    random_disk(g, r, M_PI / 2 - fmin(off, 0.5));
    g->disk.redness += 0.1;
    if (rng_uniform(r) < 0.55)
        g->disk.dust = uniform(r, 0.3, 1.6);
}

static void random_elliptical(struct galaxy *g, struct rng *r)
{
    struct spheroid *all = &g->bulge;
    bool blue = rng_uniform(r) < 0.1;
    g->truth = TRUTH_ROUND;
    all->light = log_normal(r, 0.62, 0.3);
    all->r_e = random_radius(g, r);
    all->r_e *= uniform(r, 0.38, 0.53);
    all->n = blue ? uniform(r, 1, 2) : uniform(r, 2.5, 5.5);
    all->axis_ratio = clamp(1 - fabs(0.17 * rng_normal(r)), 0.25, 1);
    all->redness = blue ? 0 : clamp(0.28 + 0.08 * rng_normal(r), 0, 0.5);
    /* With a low n, less of the light is near the centre, which would be dim. */
    all->light *= 1 + 1.5 * fmax(5 - all->n, 0) / 4;
}

static void random_irregular(struct galaxy *g, struct rng *r)
{
    random_disk(g, r, acos(uniform(r, 0.4, 1)));
    g->irregular = true;
    g->bulge.light = 0;
    g->disk.redness = uniform(r, -0.1, 0.05);
    g->spiral.redness = -0.2;
    g->spiral.knots = 8 + (unsigned)rng_poisson(r, 14);
}

static void random_neighbour(struct galaxy *g, struct rng *r)
{
    struct spheroid *n = &g->neighbour;
    double angle = uniform(r, 0, 2 * M_PI), away = uniform(r, 45, 150) / g->scale;
    g->neighbour_y = g->y + away * sin(angle);
    g->neighbour_x = g->x + away * cos(angle);
    g->neighbour_angle = uniform(r, 0, M_PI);
    n->light = log_normal(r, 0.5, 0.6);
    n->r_e = uniform(r, 5, 16) / g->scale;
    n->n = uniform(r, 1, 4);
    n->axis_ratio = uniform(r, 0.3, 1);
    n->redness = clamp(0.25 + 0.15 * rng_normal(r), -0.1, 0.6);
}

void galaxy_generate(struct galaxy *g, uint64_t seed, const char *id)
{
    struct rng r = rng_child(seed, id, RNG_GALAXY);
    *g = (struct galaxy){.seed = seed};
    strncpy(g->id, id, RECORD_ID_MAX);
    double kind = rng_uniform(&r);
    /* Disks are nearer, on average, than ellipticals, which are visible farther away. */
    double median = kind < ELLIPTICAL_FROM ? 3.1 : 4.1;
    g->scale = clamp(log_normal(&r, median, 0.38), 1.5, 9);
    g->seeing = log_normal(&r, 3.3, 0.1);
    g->y = 1.5 * rng_normal(&r) / g->scale;
    g->x = 1.5 * rng_normal(&r) / g->scale;
    g->angle = uniform(&r, 0, M_PI);
    if (kind < EDGE_ON_KIND_FROM)
        random_spiral(g, &r);
    else if (kind < ELLIPTICAL_FROM)
        random_edge_on(g, &r);
    else if (kind < IRREGULAR_FROM)
        random_elliptical(g, &r);
    else
        random_irregular(g, &r);
    if (rng_uniform(&r) < 0.08)
        random_neighbour(g, &r);
}

/* ---- light ---- */

/* The colour of a redness: light in R, G, B, about 1 in the mean. */
static void colour(double redness, double light, float value[CAMERA_BANDS])
{
    value[0] = (float)(light * exp(redness));
    value[1] = (float)(light * exp(0.28 * redness));
    value[2] = (float)(light * exp(-1.3 * redness));
}

struct spheroid_light {
    struct profile profile;
    float stretch; /* 1 / axis ratio */
    float colour[CAMERA_BANDS];
};

static void light_spheroid(const void *context, float u, float v, float *value)
{
    const struct spheroid_light *s = context;
    v *= s->stretch;
    float light = profile_at(&s->profile, sqrtf(u * u + v * v));
    for (int b = 0; b < CAMERA_BANDS; b++)
        value[b] += light * s->colour[b];
}

static void paint_spheroid(struct frame *f, const struct spheroid *s, double y, double x,
                           double angle)
{
    struct spheroid_light l = {.stretch = (float)(1 / s->axis_ratio)};
    double middle = (double)f->side / 2, reach = s->r_e * (s->n > 1.5 ? 9 : 5);
    if (s->light <= 0)
        return;
    profile_sersic(&l.profile, s->n, s->r_e, reach);
    colour(s->redness, s->light, l.colour);
    frame_paint(f, middle + y, middle + x, angle, reach, light_spheroid, &l);
}

/* A disk that isn't edge-on, with or without arms. */
struct face_light {
    const struct spiral *spiral;
    struct profile profile;
    float stretch, lopsided;
    float colour[CAMERA_BANDS], arm_colour[CAMERA_BANDS];
    float arm_mean, wobble_phase[2];
};

/* The colour of a disk with arms at radius r and an angle from the major axis, instead of the
   smooth disk's: part of the light is gathered in the arms, and dust lies along their inner edge.
 */
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

static void light_face(const void *context, float u, float v, float *value)
{
    const struct face_light *l = context;
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

/* Clumps of young stars, on the arms if there are any. */
static void paint_knots(struct frame *f, const struct galaxy *g, struct rng *r)
{
    const struct spiral *s = &g->spiral;
    float cosine = (float)cos(g->angle), sine = (float)sin(g->angle);
    double middle = (double)f->side / 2, q = disk_axis_ratio(&g->disk);
    for (unsigned k = 0; k < s->knots; k++) {
        double radius = g->disk.h * uniform(r, 0.6, 2.6);
        double angle = s->strength > 0 ? arms_ridge(&s->arms, k, radius) + 0.15 * rng_normal(r)
                                       : uniform(r, 0, 2 * M_PI);
        double u = radius * cos(angle), v = q * radius * sin(angle);
        double y = sine * u + cosine * v, x = cosine * u - sine * v;
        double local = g->disk.light * exp(-radius / g->disk.h);
        double light = log_normal(r, (g->irregular ? 4 : 1.2) * local, 0.7);
        float value[CAMERA_BANDS];
        colour(s->redness - uniform(r, 0, 0.2), light, value);
        frame_add_point(f, middle + g->y + y, middle + g->x + x, value);
    }
}

static void paint_face(struct frame *f, const struct galaxy *g, struct rng *r)
{
    double middle = (double)f->side / 2, reach = 5 * g->disk.h, q = disk_axis_ratio(&g->disk);
    double slanted = g->disk.light * fmin(1 / q, 2.5); /* the same light on less of the sky */
    struct face_light l = {.spiral = &g->spiral,
                           .stretch = (float)(1 / q),
                           .lopsided = g->irregular ? 2.5f : (float)uniform(r, 0, 0.5)};
    profile_exponential(&l.profile, g->disk.h, reach);
    colour(g->disk.redness, slanted, l.colour);
    colour(g->spiral.redness, slanted, l.arm_colour);
    l.arm_mean = (float)arms_mean(g->spiral.arms.sharpness);
    l.wobble_phase[0] = (float)uniform(r, 0, 2 * M_PI);
    l.wobble_phase[1] = (float)uniform(r, 0, 2 * M_PI);
    frame_paint(f, middle + g->y, middle + g->x, g->angle, reach, light_face, &l);
    paint_knots(f, g, r);
}

/* A disk seen edge-on. */
struct edge_on_light {
    struct profile profile;
    float z_0;            /* scale height of the light, from that of the disk and its slant */
    float lane, lane_z_0; /* where the dust lane is, and its half thickness */
    float lane_h, dust;
    float colour[CAMERA_BANDS];
};

static void light_edge_on(const void *context, float u, float z, float *value)
{
    static const float extinction[CAMERA_BANDS] = {0.7f, 0.9f, 1.2f}; /* i, r, g; mean about 1 */
    const struct edge_on_light *l = context;
    float fall = 1 / coshf(fminf(fabsf(z) / l->z_0, 20));
    float light = profile_at(&l->profile, fabsf(u)) * fall * fall;
    if (light <= 0)
        return;
    float off = (z - l->lane) / l->lane_z_0;
    float depth = l->dust * expf(-fabsf(u) / l->lane_h - 0.5f * off * off);
    for (int b = 0; b < CAMERA_BANDS; b++) /* half of the stars are in front of the dust */
        value[b] += light * l->colour[b] * 0.5f * (1 + expf(-depth * extinction[b]));
}

static void paint_edge_on(struct frame *f, const struct galaxy *g)
{
    const struct disk *d = &g->disk;
    double middle = (double)f->side / 2, reach = 5 * d->h, slant = cos(d->inclination) * d->h;
    struct edge_on_light l = {.z_0 = (float)hypot(d->z_0, 1.1 * slant),
                              .lane = (float)(0.5 * slant),
                              .lane_z_0 = (float)(0.25 * d->z_0 + 0.2 * slant),
                              .lane_h = (float)(1.5 * d->h),
                              .dust = (float)(3 * d->dust)};
    profile_edge_on(&l.profile, d->h, reach);
    colour(d->redness, 2 * d->light, l.colour);
    frame_paint(f, middle + g->y, middle + g->x, g->angle, reach, light_edge_on, &l);
}

/* ---- the picture ---- */

/* A Poisson number, with this mean in a field of 112 camera pixels, which is a typical one. */
static unsigned random_count(struct rng *r, double mean, double field)
{
    return (unsigned)rng_poisson(r, mean * field * field / (112 * 112));
}

/* A light from a power law, N(> light) ~ light^-slope. */
static double power_law(struct rng *r, double least, double most, double slope)
{
    return fmin(least * pow(1 - rng_uniform(r), -1 / slope), most);
}

static void paint_stars(struct frame *f, double field, struct rng *r)
{
    for (unsigned n = random_count(r, 7, field); n; n--) {
        float value[CAMERA_BANDS];
        double y = uniform(r, 0, (double)f->side), x = uniform(r, 0, (double)f->side);
        double redness = clamp(0.2 + 0.35 * rng_normal(r), -0.15, 0.9);
        colour(redness, power_law(r, 0.5, 600, 0.75), value);
        frame_add_point(f, y, x, value);
    }
}

static void paint_background(struct frame *f, double field, struct rng *r)
{
    for (unsigned n = random_count(r, 4, field); n; n--) {
        struct spheroid s = {.n = 1};
        double half = (double)f->side / 2, y = uniform(r, -half, half), x = uniform(r, -half, half);
        s.light = power_law(r, 0.02, 0.8, 0.9);
        s.r_e = uniform(r, 0.7, 2.5);
        s.axis_ratio = uniform(r, 0.3, 1);
        s.redness = clamp(0.35 + 0.25 * rng_normal(r), -0.1, 1);
        paint_spheroid(f, &s, y, x, uniform(r, 0, M_PI));
    }
}

static void paint_galaxy(struct frame *f, const struct galaxy *g, struct rng *r)
{
    bool featureless = g->spiral.strength <= 0 && !g->irregular;
    if (g->disk.light > 0 && featureless)
        paint_edge_on(f, g);
    else if (g->disk.light > 0)
        paint_face(f, g, r);
    paint_spheroid(f, &g->bulge, g->y, g->x, g->angle);
    paint_spheroid(f, &g->bar, g->y, g->x, g->spiral.arms.angle);
    paint_spheroid(f, &g->neighbour, g->neighbour_y, g->neighbour_x, g->neighbour_angle);
}

static struct sky random_sky(struct rng *r)
{
    static const float level[CAMERA_BANDS] = {0.009f, 0.011f, 0.002f};
    static const float noise[CAMERA_BANDS] = {0.031f, 0.026f, 0.024f};
    bool bright = rng_uniform(r) < 0.03; /* by the light of a star just outside of the field */
    double factor = log_normal(r, 1, 0.15);
    struct sky s = {.brightness = 0.7f};
    for (int b = 0; b < CAMERA_BANDS; b++) {
        s.level[b] =
            level[b] + (bright ? (float)uniform(r, 0.01, 0.07) : 0.005f * (float)rng_normal(r));
        s.tilt_y[b] = bright ? (float)uniform(r, -0.05, 0.05) : 0;
        s.tilt_x[b] = bright ? (float)uniform(r, -0.05, 0.05) : 0;
        s.noise[b] = noise[b] * (float)factor;
    }
    return s;
}

static enum status render(struct frame *f, const struct galaxy *g, double field, size_t size,
                          unsigned char *pixels, struct error *err)
{
    struct rng r = rng_child(g->seed, g->id, RNG_PICTURE);
    double fwhm[CAMERA_BANDS];
    paint_galaxy(f, g, &r);
    paint_stars(f, field, &r);
    paint_background(f, field, &r);
    for (int b = 0; b < CAMERA_BANDS; b++)
        fwhm[b] = g->seeing * (1 + 0.04 * b) * log_normal(&r, 1, 0.03);
    if (frame_blur(f, fwhm, err))
        return err->status;
    struct sky sky = random_sky(&r);
    frame_expose(f, &sky, &r);
    return frame_develop(f, field, size, pixels, err);
}

enum status galaxy_render(const struct galaxy *g, size_t size, unsigned char *pixels,
                          struct error *err)
{
    const size_t margin = 4; /* pixels beyond the edge that blurring and resampling need */
    struct frame f;
    double field = SIMULATE_SIDE / g->scale;
    if (frame_init(&f, (size_t)ceil(field) + 2 * margin, err))
        return err->status;
    enum status s = render(&f, g, field, size, pixels, err);
    frame_release(&f);
    return s;
}

/* ---- how likely volunteers give each answer ---- */

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

double galaxy_arm_contrast(const struct galaxy *g)
{
    const struct spiral *s = &g->spiral;
    if (g->disk.light <= 0 || s->strength <= 0)
        return 0;
    /* Arms are a wave across the disk. A Gaussian seeing multiplies its contrast by
       exp(-2 (pi sigma / wavelength)^2). Along the minor axis of an inclined disk the arms are
       closer to each other. */
    double wave = 2 * M_PI * 1.8 * g->disk.h * sin(s->arms.pitch) / s->arms.count;
    double sigma = g->seeing / 2.3548, x = M_PI * sigma / (wave * cos(g->disk.inclination));
    double peak = 1 - exp(-2 * s->arms.sharpness); /* between a ridge and the middle of two */
    return s->strength * peak * exp(-2 * x * x) * (1 - 0.2 * s->wobble);
}

/* Set the likelihoods of the n answers to question q. */
static void set_answers(double *likelihood, unsigned q, unsigned n, const double *p)
{
    memcpy(likelihood + volunteers_answer(q, 1), p, n * sizeof *p);
}

static void set_yes_no(double *likelihood, unsigned q, double yes)
{
    set_answers(likelihood, q, 2, (double[]){yes, 1 - yes});
}

/* Question 7: how round it looks. */
static void set_shape(double *likelihood, double axis_ratio)
{
    double round = logistic((axis_ratio - 0.81) / 0.028);
    double cigar = logistic((0.36 - axis_ratio) / 0.04);
    set_answers(likelihood, 7, 3, (double[]){round, fmax(1 - round - cigar, 0.01), cigar});
}

static void set_bulge(double *likelihood, const struct galaxy *g)
{
    /* The light of the bulge compared to that of the disk. */
    double r = g->disk.h > 0 ? g->bulge.r_e / g->disk.h : 1;
    double share = g->disk.light > 0 ? 5 * r * r * g->bulge.light / g->disk.light : 1;
    set_answers(likelihood, 5, 4,
                (double[]){exp(-share / 0.1), exp(-pow(log(fmax(share, 1e-6) / 0.25), 2)),
                           exp(-pow(log(fmax(share, 1e-6) / 0.7), 2)), 0.02 + logistic(share - 3)});
    set_answers(likelihood, 9, 3, (double[]){logistic((share - 0.3) / 0.1), 0.06, 0.3});
}

static void set_arms(double *likelihood, const struct galaxy *g)
{
    double degrees = g->spiral.arms.pitch * 180 / M_PI;
    double number[6] = {0.04, 0.04, 0.04, 0.04, 0.03, 0.15};
    set_yes_no(likelihood, 3, g->bar.light > 0 ? 0.75 : 0.08);
    set_answers(likelihood, 10, 3,
                (double[]){logistic((15 - degrees) / 3), exp(-pow((degrees - 18) / 8, 2)),
                           logistic((degrees - 25) / 3)});
    if (g->spiral.arms.count)
        number[g->spiral.arms.count - 1] += 0.7;
    set_answers(likelihood, 11, 6, number);
}

static void set_odd(double *likelihood, const struct galaxy *g)
{
    bool lane = g->truth == TRUTH_EDGE_ON && g->disk.dust > 0.5;
    set_yes_no(likelihood, 6,
               g->irregular             ? 0.6
               : g->neighbour.light > 0 ? 0.4
               : lane                   ? 0.2
                                        : 0.08);
    set_answers(likelihood, 8, 7,
                (double[]){0.15, 0.05, 0.15, g->irregular ? 2 : 0.1, 0.2,
                           g->neighbour.light > 0 ? 2 : 0.1, lane ? 1 : 0.02});
}

void galaxy_votes(const struct galaxy *g, double share[VOLUNTEERS_ANSWERS])
{
    double likelihood[VOLUNTEERS_ANSWERS] = {0};
    bool disk = g->disk.light > 0;
    double slant = g->disk.inclination * 180 / M_PI, arms = galaxy_arm_contrast(g);
    double axis_ratio = disk ? disk_axis_ratio(&g->disk) : g->bulge.axis_ratio;
    /* Thin ellipticals are sometimes taken for disks seen edge-on. */
    double edge = disk ? logistic((slant - 76) / 2) : 0.6 * logistic((0.38 - axis_ratio) / 0.03);
    double structure = g->irregular ? 0.6 : logistic((arms - 0.17) / 0.035);
    double featured = 0.04 + 0.93 * (1 - (1 - structure) * (1 - 0.95 * edge));
    set_answers(likelihood, 1, 3, (double[]){1 - featured, featured, 0.015});
    set_yes_no(likelihood, 2, 0.005 + 0.985 * edge);
    set_yes_no(likelihood, 4, g->irregular ? 0.2 : 0.03 + 0.955 * logistic((arms - 0.15) / 0.03));
    set_shape(likelihood, axis_ratio);
    set_bulge(likelihood, g);
    set_arms(likelihood, g);
    set_odd(likelihood, g);
    struct rng r = rng_child(g->seed, g->id, RNG_VOTES);
    volunteers_ask(likelihood, &r, share);
}

enum status galaxy_write_truth(struct buffer *out, const struct galaxy *g, struct error *err)
{
    if (!g)
        return buffer_print(out, err, "GalaxyID,spiral,edge-on,round\n");
    return buffer_print(out, err, "%s,%d,%d,%d\n", g->id, g->truth == TRUTH_SPIRAL,
                        g->truth == TRUTH_EDGE_ON, g->truth == TRUTH_ROUND);
}
