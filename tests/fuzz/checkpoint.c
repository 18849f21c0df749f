/* A checkpoint to resume a tiny training run from. One that is taken can be written, and
   that one holds the same and is taken too. The input is the header's text, up to a newline, then
   the values; @ stands for the name of this machine's kernels, which a checkpoint is for. */
#include "fuzz.h"
#include "net/gemm.h"
#include "net/kernels.h"
#include "base/mem.h"
#include "learn/advance.h"
#include "learn/checkpoint.h"

static const struct ranks alone = {.rank = 0, .count = 1};
enum { STREAM, INPUT, WRITTEN, AGAIN };
static struct recipe tiny; /* of make-corpus, whose seed is refused with others */
static char *stream;

/* Three galaxies of 2x2 pixels. */
static void make_stream(void)
{
    static const char *const classes[] = {"a", "b"};
    static struct record_type type;
    unsigned char record[128] = {0};
    struct error err;
    HOLDS(!record_type_init(&type, PIXEL_U1, 2, 2, 1, &err));
    HOLDS(!record_type_set_votes(&type, 2, classes, &err) && type.size <= sizeof record);
    fuzz_stdout(STREAM);
    struct stream_writer *out = stream_create(NULL, &type, &err);
    HOLDS(out);
    for (int i = 0; i < 3; i++) {
        HOLDS(!record_set_id(&type, record, (const char[]){(char)('x' + i), '\0'}, &err));
        record_set_view(&type, record, 1);
        record_set_votes(&type, record, i % 2 ? (float[]){1, 0} : (float[]){0.25f, 0.75f});
        record_pixels_out(&type, record)[i] = (unsigned char)(100 + i);
        HOLDS(!stream_write(out, record, &err));
    }
    HOLDS(!stream_finish(out, &err));
    fuzz_restore();
    stream = fuzz_name(STREAM);
}

static void save(struct state *s, unsigned to)
{
    struct error err;
    fuzz_stdout(to);
    HOLDS(!checkpoint_write(s, "-", &err));
    fuzz_restore();
}

/* Begin, and resume from path where there is one. Where that works, write a checkpoint to file
   number to, before and after training to the end. */
static bool run(const char *path, unsigned to, bool finish)
{
    static struct state s;
    struct error err;
    struct stream_reader *in = stream_open(&stream, 1, false, &err);
    HOLDS(in && !state_init(&s, &tiny, 1, &alone, &in, 1, NULL, &err));
    bool ok = !path || !checkpoint_resume(&s, path, &err);
    HOLDS(ok || *err.text);
    if (ok) {
        save(&s, to);
        while (!advance(&s, &err))
            ;
        if (finish)
            save(&s, to);
    }
    state_release(&s);
    stream_close(in);
    return ok;
}

static void check_tensors(unsigned from, unsigned to)
{
    static struct weights a, b;
    struct error err;
    HOLDS(!weights_read(&a, fuzz_name(from), 1 << 24, &err));
    HOLDS(!weights_read(&b, fuzz_name(to), 1 << 24, &err));
    for (size_t i = 0; i < b.tensors; i++) {
        const struct weights_tensor *t = &b.tensor[i], *u = weights_tensor(&a, t->name);
        HOLDS(u && t->size == u->size && memcmp(t->value, u->value, t->size * sizeof(float)) == 0);
    }
    weights_release(&a);
    weights_release(&b);
}

/* The stream, and a checkpoint of its end that must be taken. */
static void begin(void)
{
    tiny = recipe_default();
    tiny.network = "conv1 dense2";
    tiny.batch = 2;
    tiny.shards = 1;
    tiny.per_image = true;
    make_stream();
    run(NULL, WRITTEN, true);
    HOLDS(run(fuzz_name(WRITTEN), AGAIN, false) && fuzz_same(WRITTEN, AGAIN));
}

/* The file that the input stands for, as file number to. */
static char *make_file(const uint8_t *data, size_t size, unsigned to)
{
    struct buffer file = {.size = 0};
    struct error err;
    const uint8_t *newline = size ? memchr(data, '\n', size) : NULL;
    size_t text = newline ? (size_t)(newline - data) : size, values = newline ? text + 1 : size;
    uint64_t length = 0;
    HOLDS(!buffer_append(&file, &length, sizeof length, &err));
    char here[64];
    snprintf(here, sizeof here, "%s %s", kernels()->name, gemm_core());
    for (size_t i = 0; i < text; i++)
        HOLDS(!buffer_append(&file, data[i] == '@' ? here : (const char *)data + i,
                             data[i] == '@' ? strlen(here) : 1, &err));
    length = file.size - sizeof length;
    memcpy(file.data, &length, sizeof length);
    HOLDS(!buffer_append(&file, data + values, size - values, &err));
    char *name = fuzz_file(to, file.data, file.size);
    buffer_release(&file);
    return name;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!stream)
        begin();
    if (!run(make_file(data, size, INPUT), WRITTEN, false))
        return 0;
    check_tensors(INPUT, WRITTEN);
    HOLDS(run(fuzz_name(WRITTEN), AGAIN, false) && fuzz_same(WRITTEN, AGAIN));
    return 0;
}
