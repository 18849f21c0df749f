/* Labels from a labelled stream, by the names of classes and galaxies. */
#include "atlas/labels.h"
#include "stream/stream.h"

#include "atlases.h"

enum { GALAXIES = 12, UNTOUCHED = 77 };

/* A stream s.npy of the galaxies "g" and from ... to - 1 with votes for these classes: galaxy i has
   most for class i % n, but none at all if i is 6. */
static void write_stream(size_t n, const char *const *classes, size_t from, size_t to)
{
    struct error err;
    struct record_type t;
    float votes[RECORD_CLASSES_MAX];
    char id[24];
    CHECK(!record_type_init(&t, PIXEL_U1, 2, 2, 1, &err));
    CHECK(!n || !record_type_set_votes(&t, n, classes, &err));
    unsigned char *record = calloc(1, t.size);
    struct stream_writer *out = stream_create("s.npy", &t, &err);
    for (size_t i = from; i < to; i++) {
        snprintf(id, sizeof id, "g%zu", i);
        CHECK(!record_set_id(&t, record, id, &err));
        for (size_t k = 0; k < n; k++)
            votes[k] = i == 6 ? NAN : k == i % n ? 0.6f : 0.1f;
        if (n)
            record_set_votes(&t, record, votes);
        CHECK(!stream_write(out, record, &err));
    }
    CHECK(!stream_finish(out, &err));
    free(record);
}

static void open_predictions(struct predictions *p)
{
    struct error err;
    static char path[] = "p.tsv";
    static char *const paths[] = {path};
    FILE *f = fopen(path, "w");
    CHECK(f && fputs("#id\tspiral\tedge-on\tround\ng0\t1\t0\t0\n", f) >= 0 && fclose(f) == 0);
    CHECK(!predictions_open(p, paths, 1, &err));
}

int main(void)
{
    struct error err;
    struct predictions p;
    struct triangle t = atlases_triangle(GALAXIES, 0, 0);
    signed char label[GALAXIES];
    char path[] = "s.npy", missing[] = "no.npy";
    atlases_enter();
    open_predictions(&p);

    unit_test("classes go by their names, galaxies by the number of their prediction");
    write_stream(4, (const char *const[]){"round", "other", "spiral", "edge-on"}, 2, GALAXIES + 5);
    memset(label, UNTOUCHED, sizeof label);
    CHECK(!labels_read(path, &p, &t, label, &err));
    for (int i = 0; i < GALAXIES; i++) {
        static const int as[] = {2, -1, 0, 1};
        CHECK(label[i] == (i < 2 ? UNTOUCHED : i == 6 ? -1 : as[i % 4]));
    }
    unit_test("a second stream changes its own galaxies only");
    write_stream(2, (const char *const[]){"edge-on", "spiral"}, 0, 3);
    CHECK(!labels_read(path, &p, &t, label, &err));
    CHECK(label[0] == 1 && label[1] == 0 && label[2] == 1 && label[3] == 1 && label[4] == 2);

    unit_test("no votes, none for these classes, no file: errors that name the stream");
    write_stream(0, NULL, 0, 2);
    CHECK(labels_read(path, &p, &t, label, &err) == STATUS_MISMATCH);
    CHECK(strncmp(err.text, "s.npy: ", 7) == 0);
    write_stream(2, (const char *const[]){"bar", "no bar"}, 0, 2);
    CHECK(labels_read(path, &p, &t, label, &err) == STATUS_MISMATCH);
    CHECK(strncmp(err.text, "s.npy: ", 7) == 0 && strstr(err.text, "'bar'"));
    CHECK(labels_read(missing, &p, &t, label, &err) == STATUS_SYSTEM);
    CHECK(strncmp(err.text, "no.npy: ", 8) == 0);

    predictions_close(&p);
    triangle_release(&t);
    return atlases_leave();
}
