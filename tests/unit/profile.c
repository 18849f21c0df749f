#include "survey/profile.h"

#include "unit.h"

/* The light within radius r: the integral of 2 pi r I(r), in t with r = reach t^4, where the table
   is dense and the profile smooth. */
static double light_within(const struct profile *p, double r)
{
    enum { STEPS = 400000 };
    double sum = 0, end = sqrt(sqrt(r / p->reach));
    for (int i = 0; i < STEPS; i++) {
        double t = (i + 0.5) / STEPS * end, at = p->reach * t * t * t * t;
        sum += at * profile_at(p, (float)at) * t * t * t;
    }
    return 2 * M_PI * 4 * p->reach * sum * end / STEPS;
}

static void sersic(void)
{
    static struct profile p;
    const double r_e = 3;
    for (double n = 0.5; n <= 5; n += 0.5) {
        double b = sersic_b(n);
        profile_sersic(&p, n, r_e, 400 * r_e);
        /* Ciotti and Bertin 1999, equation 4. */
        double all = 2 * M_PI * r_e * r_e * n * exp(b) * pow(b, -2 * n) * tgamma(2 * n);
        CHECK_NEAR(light_within(&p, p.reach) / all, 1, 0.003);
        CHECK_NEAR(light_within(&p, r_e) / all, 0.5, 0.003);
        CHECK_NEAR(profile_at(&p, (float)r_e), 1, 2e-3);
    }
}

static void exponential(void)
{
    static struct profile p;
    const double h = 2;
    profile_exponential(&p, h, 40 * h);
    double all = light_within(&p, p.reach);
    CHECK_NEAR(all, 2 * M_PI * h * h, 1e-3 * all);
    CHECK_NEAR(light_within(&p, 1.67835 * h) / all, 0.5, 1e-3);
    CHECK_NEAR(light_within(&p, 3.88972 * h) / all, 0.9, 1e-3);
}

/* A disk has as much light edge-on as face-on: the integral over both sides of the axis, of 2 h
   times the profile. */
static void edge_on(void)
{
    enum { STEPS = 100000 };
    static struct profile p;
    const double h = 2, reach = 40 * h;
    profile_edge_on(&p, h, reach);
    double sum = 0;
    for (int i = 0; i < STEPS; i++)
        sum += profile_at(&p, (float)((i + 0.5) / STEPS * reach));
    CHECK_NEAR(2 * 2 * h * sum * reach / STEPS / (2 * M_PI * h * h), 1, 1e-3);
    CHECK_NEAR(profile_at(&p, 0), 1, 1e-5);
    CHECK_NEAR(profile_at(&p, 1), 0.5 * 1.6564411, 1e-4);
    CHECK_NEAR(profile_at(&p, 2), 0.6019072, 1e-4);
    CHECK_NEAR(profile_at(&p, 4), 2 * 0.1398659, 1e-4);
}

/* Light falls all the way, and the reach is no edge. */
static void fading(void)
{
    static struct profile p;
    profile_sersic(&p, 4, 1, 3);
    float last = profile_at(&p, 0);
    for (int i = 1; i <= 3000; i++) {
        float here = profile_at(&p, (float)i / 1000);
        CHECK(here <= last && (i < 1500 || last - here < 2e-3f));
        last = here;
    }
    CHECK_NEAR(profile_at(&p, 2), exp(-sersic_b(4) * (pow(2, 0.25) - 1)), 1e-4);
    CHECK(profile_at(&p, 2.99f) < 1e-3f && profile_at(&p, 2.99f) > 0);
    CHECK(profile_at(&p, 3) == 0 && profile_at(&p, 1e6f) == 0);
}

static void arms(void)
{
    for (int direction = -1; direction <= 1; direction += 2)
        for (unsigned k = 0; k < 3; k++) {
            struct arms a = {3, 2, 0.3, direction, 1, 2};
            double r = 5, step = 1e-6;
            double turned = (arms_ridge(&a, k, r + step) - arms_ridge(&a, k, r)) * r;
            CHECK_NEAR(atan2(step, direction * turned), 0.3, 1e-6);
            CHECK_NEAR(cos(arms_phase(&a, r, arms_ridge(&a, k, r))), 1, 1e-12);
            CHECK_NEAR(cos(arms_phase(&a, r, arms_ridge(&a, k, r) + M_PI / 3)), -1, 1e-12);
            CHECK_NEAR(arms_ridge(&a, 0, a.inner), a.angle, 1e-12);
        }
}

int main(void)
{
    unit_test("Sersic's law has the light of its formula, half of it within r_e");
    sersic();
    unit_test("Sersic's b: de Vaucouleurs' 7.669, the exponential's 1.678, the Gaussian's ln 2");
    CHECK_NEAR(sersic_b(4), 7.66925, 1e-4);
    CHECK_NEAR(sersic_b(1), 1.67835, 1e-4);
    CHECK_NEAR(sersic_b(0.5), 0.693147, 1e-3);
    unit_test("an exponential disk: half its light within 1.678 h, 90 % within 3.890 h");
    exponential();
    unit_test("edge-on, a disk falls off as u K_1(u) (Abramowitz and Stegun, table 9.8)");
    edge_on();
    unit_test("light falls to nothing at the reach, without a step");
    fading();
    unit_test("arms cross circles at their pitch, and the phase is 0 on each of them");
    arms();
    unit_test("the mean of the arms' light: exp(-s) I_0(s)");
    CHECK_NEAR(arms_mean(0), 1, 1e-12);
    CHECK_NEAR(arms_mean(2), 2.2795853 * exp(-2), 1e-6);
    return unit_end();
}
