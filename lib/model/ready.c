#include "model/ready.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char ending[] = ".safetensors";

void ready_path(const char *folder, const char *name, char *path, size_t room)
{
    snprintf(path, room, "%s/%s%s", folder, name, ending);
}

/* The bytes of a file's name before its ending; 0 where it has another ending, or is hidden. */
static size_t name_length(const char *file)
{
    size_t n = strlen(file), end = sizeof ending - 1;
    return file[0] != '.' && n > end && strcmp(file + n - end, ending) == 0 ? n - end : 0;
}

static int is_ready(const struct dirent *entry)
{
    return name_length(entry->d_name) > 0;
}

enum status ready_list(const char *folder, struct buffer *names, struct error *err)
{
    struct dirent **entry;
    int n = scandir(folder, &entry, is_ready, alphasort);
    if (n < 0)
        return errno == ENOENT || errno == ENOTDIR ? STATUS_OK : error_system(err, "%s", folder);
    enum status s = STATUS_OK;
    for (int i = 0; i < n; i++) {
        const char *file = entry[i]->d_name;
        if (!s)
            s = buffer_append(names, file, name_length(file), err);
        if (!s)
            s = buffer_append(names, "", 1, err);
        free(entry[i]);
    }
    free(entry);
    return s;
}

/* The error for a name that nothing has. */
static enum status not_found(const char *given, const char *folder, struct error *err)
{
    struct buffer names = {0};
    if (ready_list(folder, &names, err)) {
        buffer_release(&names);
        return err->status;
    }
    for (size_t i = 0; i + 1 < names.size; i++)
        if (names.data[i] == '\0')
            names.data[i] = ' ';
    error_set(err, STATUS_SYSTEM, "%s: %s, and no ready weights have this name (%s%s)", given,
              strerror(ENOENT), names.size ? "ready are: " : "none are ready in ",
              names.size ? names.data : folder);
    buffer_release(&names);
    return err->status;
}

/* What stands under a name. What can't be looked at counts as a file: whoever opens it says why. */
enum kind { NOTHING, FOLDER, SOME_FILE };

static enum kind kind_of(const char *name)
{
    struct stat s;
    if (stat(name, &s) == 0)
        return S_ISDIR(s.st_mode) ? FOLDER : SOME_FILE;
    return errno == ENOENT ? NOTHING : SOME_FILE;
}

enum status ready_find(const char *given, const char *folder, char *path, size_t room,
                       struct error *err)
{
    bool may_be_ready = !strchr(given, '/') && strcmp(given, "-") != 0;
    enum kind kind = may_be_ready ? kind_of(given) : SOME_FILE;
    if (kind != SOME_FILE) {
        ready_path(folder, given, path, room);
        if (kind_of(path) == SOME_FILE)
            return STATUS_OK;
    }
    if (kind == NOTHING)
        return not_found(given, folder, err);
    snprintf(path, room, "%s", given);
    return STATUS_OK;
}
