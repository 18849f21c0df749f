/* mem: sizes that overflow or can't be had are refused, and what grows keeps what it holds. */
#include "base/mem.h"

#include <stdint.h>

#include "unit.h"

static struct error err;

static bool refused(void *p)
{
    free(p);
    return !p && err.status == STATUS_MEMORY;
}

static void blocks(void)
{
    unsigned char *p = mem_new(3, 5, &err);
    CHECK(p && (uintptr_t)p % 64 == 0);
    for (size_t i = 0; p && i < 15; i++)
        CHECK(p[i] == 0);
    free(p);
    p = mem_new(0, 7, &err);
    CHECK(p);
    free(p);
    CHECK(refused(mem_new(SIZE_MAX / 4, 8, &err)) && strstr(err.text, "times 8 bytes"));
    CHECK(refused(mem_new((size_t)1 << 32, (size_t)1 << 32, &err)));
    CHECK(refused(mem_new(1, SIZE_MAX, &err)));
}

static void buffers(void)
{
    struct buffer b = {0};
    for (unsigned i = 0; i < 1000; i++)
        CHECK(!buffer_append(&b, &i, sizeof i, &err));
    CHECK(b.size == 1000 * sizeof(unsigned) && b.capacity < 3 * b.size);
    for (unsigned i = 0; i < 1000; i++)
        CHECK(memcmp(b.data + i * sizeof i, &i, sizeof i) == 0);
    CHECK(buffer_reserve(&b, SIZE_MAX, &err) == STATUS_MEMORY);
    CHECK(buffer_reserve(&b, SIZE_MAX / 4, &err) == STATUS_MEMORY);
    CHECK(b.size == 1000 * sizeof(unsigned) && memcmp(b.data + 4, (unsigned[]){1}, 4) == 0);
    buffer_release(&b);
    for (int i = 0; i < 300; i++) /* across several sizes of the block */
        CHECK(!buffer_print(&b, &err, "%d %s;", i, i % 2 ? "odd" : ""));
    CHECK(!buffer_append(&b, "", 1, &err) && strlen(b.data) == b.size - 1);
    CHECK(strncmp(b.data, "0 ;1 odd;2 ;", 12) == 0 && strcmp(b.data + b.size - 9, "299 odd;") == 0);
    buffer_release(&b);
    CHECK(!b.data && b.size == 0 && b.capacity == 0);
}

int main(void)
{
    unit_test("blocks are zero and aligned; sizes that overflow are refused");
    blocks();
    unit_test("a buffer keeps what it holds, also where it can't grow");
    buffers();
    return unit_end();
}
