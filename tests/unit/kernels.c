#include "net/kernels.h"

#include "unit.h"

int main(void)
{
    size_t n = 0;
    unit_test("sets have names of their own, the last is plain, and all kernels are there");
    for (; kernels_number(n); n++) {
        const struct kernel_set *k = kernels_number(n);
        CHECK(k->product && k->direct_forward && k->direct_backward && k->winograd_forward &&
              k->winograd_backward);
        for (size_t i = 0; i < n; i++)
            CHECK(strcmp(kernels_number(i)->name, k->name) != 0);
        CHECK((strcmp(k->name, "plain") == 0) == !kernels_number(n + 1));
    }
    CHECK(n > 0 && kernels_number(n + 1) == NULL);
    unit_test("without GZ_KERNELS the fastest, which is the first, runs");
    unsetenv("GZ_KERNELS");
    CHECK(kernels() == kernels_number(0));
    unit_test("GZ_KERNELS chooses by name");
    for (size_t i = 0; i < n; i++) {
        setenv("GZ_KERNELS", kernels_number(i)->name, 1);
        CHECK(kernels() == kernels_number(i));
    }
    unit_test("GZ_KERNELS is ignored if it isn't the name of a set that can run");
    static const char *const unknown[] = {"", "best", "x86-64", "x86-64-v99", "PLAIN", "plain "};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        setenv("GZ_KERNELS", unknown[i], 1);
        CHECK(kernels() == kernels_number(0));
    }
    return unit_end();
}
