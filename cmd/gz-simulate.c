/*
 * gz-simulate - write a simulated survey: pictures of galaxies and a table of votes
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "base/file.h"
#include "image/jpegfile.h"
#include "base/mem.h"
#include "survey/simulate.h"
#include "base/thread.h"

struct options {
    uint64_t first, number, seed;
    size_t size;
    unsigned jobs;
    const char *folder;
};

enum { MOST = 1000000000 };

static const struct option_spec options[] = {
    {0, "first", "N", "number of the first galaxy, its id (default: 900001)",
     OPTION_WHOLE(first, 0, MOST)},
    {OPTIONS_JOBS(jobs)},
    {'n', "number", "N", "how many galaxies (default: 900)", OPTION_WHOLE(number, 1, MOST)},
    {0, "seed", "N", "draw other galaxies (default: 1)", OPTION_WHOLE(seed, 0, UINT64_MAX)},
    {0, "size", "N", "side of the pictures in pixels (default: 424)",
     OPTION_WHOLE(size, SIMULATE_SIZE_MIN, SIMULATE_SIZE_MAX)},
    {'s', NULL, NULL, "--seed, and the size is --size", .kind = OPTION_OLD},
    {.kind = OPTION_END},
};

static const struct program program = {
    "gz-simulate", "DIR", options,
    "Write pictures of simulated galaxies to DIR/images, what volunteers say of them to "
    "DIR/votes.csv, and what they are to DIR/truth.csv.",
    .files = "/"};

/* One galaxy under way. */
struct slot {
    struct galaxy galaxy;
    double share[VOLUNTEERS_ANSWERS];
    unsigned char *pixels;
    struct buffer jpeg;
    struct error err;
};

struct survey {
    const struct options *o;
    struct slot *slot;
    uint64_t begun, done;
    struct buffer votes, truth; /* the two tables, written when all pictures are */
};

/* The path of name in the survey's folder; to be freed. */
static char *path_of(const struct options *o, const char *name, struct error *err)
{
    size_t room = strlen(o->folder) + strlen(name) + 2;
    char *path = mem_new(room, 1, err);
    if (path)
        snprintf(path, room, "%s/%s", o->folder, name);
    return path;
}

static enum status write_file(const struct options *o, const char *name, const struct buffer *b,
                              struct error *err)
{
    char *path = path_of(o, name, err);
    enum status s = path ? file_replace(path, b->data, b->size, err) : STATUS_MEMORY;
    if (path && s)
        error_prefix(err, "%s", path);
    free(path);
    return s;
}

/* A folder that is there already is fine. */
static enum status make_folder(const char *path, struct error *err)
{
    struct stat info;
    if (mkdir(path, 0777) == 0)
        return STATUS_OK;
    if (errno == EEXIST && stat(path, &info) == 0) {
        if (S_ISDIR(info.st_mode))
            return STATUS_OK;
        errno = ENOTDIR;
    }
    return error_system(err, "%s", path);
}

static enum status make_folders(const struct options *o, struct error *err)
{
    char *images = path_of(o, "images", err);
    enum status s = images ? make_folder(o->folder, err) : STATUS_MEMORY;
    if (!s)
        s = make_folder(images, err);
    free(images);
    return s;
}

static enum status next_galaxy(void *context, size_t i, struct error *err)
{
    struct survey *s = context;
    char id[RECORD_ID_MAX + 1];
    (void)err;
    if (s->begun == s->o->number)
        return STATUS_END;
    snprintf(id, sizeof id, "%06" PRIu64, s->o->first + s->begun++);
    galaxy_generate(&s->slot[i].galaxy, s->o->seed, id);
    return STATUS_OK;
}

static void make_picture(void *context, size_t i, unsigned worker)
{
    (void)worker;
    const struct survey *s = context;
    struct slot *slot = &s->slot[i];
    size_t size = s->o->size;
    char name[RECORD_ID_MAX + 16];
    snprintf(name, sizeof name, "images/%s.jpg", slot->galaxy.id);
    slot->err.status = STATUS_OK;
    slot->jpeg.size = 0;
    galaxy_votes(&slot->galaxy, slot->share);
    if (!galaxy_render(&slot->galaxy, size, slot->pixels, &slot->err) &&
        !jpeg_encode(slot->pixels, size, size, 3, SIMULATE_QUALITY, &slot->jpeg, &slot->err))
        (void)!write_file(s->o, name, &slot->jpeg, &slot->err);
}

static enum status note_votes(void *context, size_t i, struct error *err)
{
    struct survey *s = context;
    struct slot *slot = &s->slot[i];
    *err = slot->err;
    if (!err->status)
        cli_progress(++s->done, s->o->number);
    if (!err->status && !volunteers_write(&s->votes, slot->galaxy.id, slot->share, err))
        (void)!galaxy_write_truth(&s->truth, &slot->galaxy, err);
    return err->status;
}

static enum status survey_run(struct survey *s, struct error *err)
{
    size_t slots = 4 * (size_t)s->o->jobs, bytes = s->o->size * s->o->size * 3;
    s->slot = mem_new(slots, sizeof *s->slot, err);
    for (size_t i = 0; s->slot && i < slots; i++)
        if (!(s->slot[i].pixels = mem_new(bytes, 1, err)))
            return err->status;
    struct ordered run = {s, slots, next_galaxy, make_picture, note_votes};
    if (!s->slot || volunteers_write_header(&s->votes, err) ||
        galaxy_write_truth(&s->truth, NULL, err) || make_folders(s->o, err) ||
        ordered_run(&run, s->o->jobs, err) || write_file(s->o, "truth.csv", &s->truth, err))
        return err->status;
    return write_file(s->o, "votes.csv", &s->votes, err);
}

int main(int argc, char **argv)
{
    struct error err = {0};
    struct options o = {900001, 900, 1, SIMULATE_SIDE, thread_available(), NULL};
    cli_require(cli_init(&program, &o, argc, argv) == 1, "one folder to write to is needed");
    o.folder = argv[1];
    struct survey s = {.o = &o};
    cli_check(survey_run(&s, &err), &err);
    cli_progress_end();
    for (size_t i = 0; i < 4 * (size_t)o.jobs; i++) {
        free(s.slot[i].pixels);
        buffer_release(&s.slot[i].jpeg);
    }
    free(s.slot);
    buffer_release(&s.votes);
    buffer_release(&s.truth);
    return EXIT_DONE;
}
