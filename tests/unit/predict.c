/* predict: a picture's line depends on nothing but the picture. */
#include "model/predict.h"

#include "learn/result.h"
#include "runs.h"

static enum status keep(void *context, const void *text, size_t n, struct error *e)
{
    return buffer_append(context, text, n, e);
}

static struct buffer lines(const struct model *m, const char *path, unsigned jobs, unsigned views)
{
    struct buffer b = {0};
    struct stream_reader *in = open_path(path);
    struct predict p = {.model = m,
                        .in = in,
                        .jobs = jobs,
                        .views = views,
                        .std = views > 1,
                        .write = keep,
                        .context = &b};
    uint64_t skipped;
    CHECK(!predict_run(&p, &skipped, &err) && skipped == 0);
    stream_close(in);
    return b;
}

/* The same lines whatever threads and blocks: picture number i alone, or among hundreds. */
static void blocks(void)
{
    static struct running r;
    static struct model m;
    struct record_type t = pictures_type(SIDE, PIXEL_U1, NULL);
    char stream[64];
    size_t steps;
    CHECK(!begin(&r, &tiny, train_path, NULL) && step_most(&r, SIZE_MAX, &steps) == STATUS_END);
    CHECK(!result_write(&r.s, weights, "test", &err) && !model_read(&m, weights, &err));
    end(&r);
    pictures_path(stream);
    for (unsigned views = 1; views <= 8; views += 7) {
        pictures_write(stream, &t, 0, 150, 0, 1);
        struct buffer all = lines(&m, stream, 1, views), again = lines(&m, stream, 3, views);
        CHECK(all.size == again.size && memcmp(all.data, again.data, all.size) == 0);
        for (size_t i = 0; i < 150; i += 31) {
            pictures_write(stream, &t, i, 1, 0, 1);
            struct buffer one = lines(&m, stream, 1, views);
            CHECK(!buffer_append(&one, "", 1, &err) && !buffer_append(&all, "", 1, &err));
            all.size--;
            const char *line = strchr(one.data, '\n') + 1;
            CHECK(strncmp(one.data, all.data, (size_t)(line - one.data)) == 0);
            CHECK(strstr(all.data, line) != NULL);
            buffer_release(&one);
        }
        buffer_release(&all);
        buffer_release(&again);
    }
    model_release(&m);
    unlink(stream);
}

int main(void)
{
    runs_begin();
    unit_test("lines depend neither on threads nor on the others of a block");
    blocks();
    runs_end();
    return unit_end();
}
