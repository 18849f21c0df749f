#include "survey/profile.h"

#include <math.h>

/* ---- radial profiles ---- */

double sersic_b(double n)
{
    double x = 1 / n;
    return 2 * n - 1 / 3.0 +
           x * (4 / 405.0 +
                x * (46 / 25515.0 + x * (131 / 1148175.0 - x * 2194697 / 30690717750.0)));
}

static double table_radius(double reach, size_t i)
{
    double x = (double)i / PROFILE_STEPS;
    return reach * x * x * x * x;
}

/* 1 up to three quarters of the reach, then down to 0, without an edge. */
static double fade(double r, double reach)
{
    double t = (r / reach - 0.75) / 0.25;
    return t <= 0 ? 1 : t >= 1 ? 0 : 1 - t * t * (3 - 2 * t);
}

static void set(struct profile *p, size_t i, double light)
{
    p->value[i] = (float)(light * fade(table_radius(p->reach, i), p->reach));
}

void profile_sersic(struct profile *p, double n, double r_e, double reach)
{
    double b = sersic_b(n);
    p->reach = (float)reach;
    for (size_t i = 0; i <= PROFILE_STEPS; i++)
        set(p, i, exp(-b * (pow(table_radius(reach, i) / r_e, 1 / n) - 1)));
    p->value[PROFILE_STEPS + 1] = 0;
}

void profile_exponential(struct profile *p, double h, double reach)
{
    p->reach = (float)reach;
    for (size_t i = 0; i <= PROFILE_STEPS; i++)
        set(p, i, exp(-table_radius(reach, i) / h));
    p->value[PROFILE_STEPS + 1] = 0;
}

/* u K_1(u), as the integral of exp(-u cosh t) u cosh t over t >= 0 (Abramowitz and Stegun 1964,
   9.6.24). For such an integrand the trapezoidal rule is exact to many digits. */
static double u_k1(double u)
{
    const double step = 0.15;
    if (u < 1e-3)
        return 1; /* within 4e-6 */
    double sum = 0.5 * exp(-u);
    for (double t = step;; t += step) {
        double c = cosh(t), term = exp(-u * c) * c;
        sum += term;
        if (u * c > 30)
            return u * sum * step;
    }
}

void profile_edge_on(struct profile *p, double h, double reach)
{
    p->reach = (float)reach;
    for (size_t i = 0; i <= PROFILE_STEPS; i++)
        set(p, i, u_k1(table_radius(reach, i) / h));
    p->value[PROFILE_STEPS + 1] = 0;
}

float profile_at(const struct profile *p, float r)
{
    if (r >= p->reach)
        return 0;
    float x = sqrtf(sqrtf(r / p->reach)) * PROFILE_STEPS;
    size_t i = (size_t)x;
    return p->value[i] + (x - (float)i) * (p->value[i + 1] - p->value[i]);
}

/* ---- arms ---- */

double arms_phase(const struct arms *a, double r, double angle)
{
    double wound = log(r / a->inner) / tan(a->pitch);
    return a->count * (a->direction * (angle - a->angle) - wound);
}

double arms_ridge(const struct arms *a, unsigned k, double r)
{
    double wound = log(r / a->inner) / tan(a->pitch);
    return a->angle + a->direction * (wound + 2 * M_PI * k / a->count);
}

double arms_mean(double sharpness)
{
    enum { PHASES = 64 };
    double sum = 0;
    for (int i = 0; i < PHASES; i++)
        sum += exp(sharpness * (cos(2 * M_PI * i / PHASES) - 1));
    return sum / PHASES;
}
