#include "doctor.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/thread.h"
#include "cli.h"
#include "image/archivefile.h"
#include "image/fitsfile.h"
#include "image/jpegfile.h"
#include "image/pngfile.h"
#include "model/ready.h"
#include "model/weights.h"
#include "net/gemm.h"
#include "net/kernels.h"
#include "pages.h"

/* What the toolchain uses besides its libraries. */
struct part {
    const char *name, *file; /* file: a program of PATH, or one with a folder */
    const char *package;     /* of Debian */
    const char *use;
    bool needed;
};

static const struct part parts[] = {
    {"bash", "bash", "bash", "all scripts", true},
    {"flock", "flock", "util-linux", "all scripts", true},
    {"b2sum", "b2sum", "coreutils", "all scripts", true},
    {"gnuplot", "gnuplot", "gnuplot-nox", "gz galaxy-zoo, gz plot-history: accuracy", false},
    {"GNU parallel", "parallel", "parallel", "gz ssh-infer", false},
    {"Leaflet", "/usr/share/javascript/leaflet/leaflet.min.js", "libjs-leaflet", "gz atlas", false},
    {"man", "man", "man-db", "gz help", false},
    {"MPI", "mpirun", "openmpi-bin", "gz mpi-learn, after make mpi", false},
    {"Slurm", "sbatch", "slurm-client", "gz slurm-infer", false},
    {"ssh", "ssh", "openssh-client", "gz ssh-infer", false},
};

enum { PARTS = sizeof parts / sizeof *parts };

/* The path of a file that stands in a folder of PATH, or has its own folder. */
static bool find_file(const char *file, char *path, size_t room)
{
    const char *folder = strchr(file, '/') ? "" : getenv("PATH");
    for (; folder; folder = strchr(folder, ':') ? strchr(folder, ':') + 1 : NULL) {
        int n = (int)strcspn(folder, ":");
        snprintf(path, room, "%.*s%s%s", n, folder, n ? "/" : "", file);
        if (access(path, n ? X_OK : R_OK) == 0)
            return true;
    }
    return false;
}

static void print_machine(void)
{
    printf("version      %s\nprocessors   %u\nkernels      %s (of", cli_version, thread_available(),
           kernels()->name);
    const struct kernel_set *k;
    for (size_t i = 0; (k = kernels_number(i)); i++)
        printf(" %s", k->name);
    const char *library[] = {jpegfile_library(), pngfile_library(), archivefile_library(),
                             weights_library(), gemm_library()};
    const char *fits = fitsfile_library();
    printf("; GZ_KERNELS chooses)\n");
    for (size_t i = 0; i < sizeof library / sizeof *library; i++)
        printf("%-12s %s\n", i ? "" : "libraries", library[i]);
    printf("%-12s %s\n", "FITS", fits ? fits : "can't be read: there is no cfitsio");
}

/* Say where a part is, or how to get it. Returns whether it is there. */
static bool check_part(const struct part *p, bool quiet)
{
    char path[5000], leaflet[5000];
    const char *file = p->file, *own = strchr(file, '/') ? getenv("GZ_LEAFLET") : NULL;
    if (own) {
        snprintf(leaflet, sizeof leaflet, "%s%s", own, strrchr(file, '/'));
        file = leaflet;
    }
    bool found = find_file(file, path, sizeof path);
    if (found && !quiet)
        printf("%-12s %s\n", p->name, path);
    if (!found)
        printf("%-12s missing: %s is for %s (%s %s)\n", p->name, p->needed ? "it" : "optional, it",
               p->use,
               find_file("apt-get", path, sizeof path) ? "apt-get install" : "Debian's package",
               p->package);
    return found;
}

/* Say which ready weights there are, or with quiet only that there are none. */
static void print_ready(bool quiet)
{
    struct error err;
    struct buffer names = {0};
    char folder[PATH_MAX], path[2 * PATH_MAX];
    cli_check(ready_list(cli_ready_folder(folder, sizeof folder), &names, &err), &err);
    for (size_t at = 0; at < names.size && !quiet; at += strlen(names.data + at) + 1) {
        ready_path(folder, names.data + at, path, sizeof path);
        printf("%-12s %s: %s\n", at ? "" : "weights", names.data + at, path);
    }
    if (!names.size)
        printf("%-12s missing: optional, there are no ready ones in %s (gz help ready)\n",
               "weights", folder);
    buffer_release(&names);
}

int doctor(bool quiet)
{
    bool well = true;
    size_t i = 0;
    const char *name;
    if (!quiet)
        print_machine();
    for (; (name = pages_next_missing(&i)); well = false)
        printf("%-12s missing: gz-%s is not beside gz (make install)\n", name, name);
    if (well && !quiet)
        printf("%-12s all there\n", "commands");
    print_ready(quiet);
    for (size_t p = 0; p < PARTS; p++)
        well &= check_part(&parts[p], quiet) || !parts[p].needed;
    int end = cli_finish_stdout();
    return well ? end : EXIT_FAILED;
}
