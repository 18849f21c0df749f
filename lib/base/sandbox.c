#include "base/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#if defined __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

void *sandbox_memory(size_t size, struct error *err)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED)
        return memory;
    error_set(err, STATUS_MEMORY, "out of memory");
    return NULL;
}

void sandbox_free(void *memory, size_t size)
{
    if (memory)
        munmap(memory, size);
}

/* From now on a system call fails, but for those that allocate memory and end the process. */
static void allow_memory_only(void)
{
#ifdef ARCHITECTURE
#define ALLOW(name)                                                                                \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 1),                                        \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        ALLOW(brk),
        ALLOW(mmap),
        ALLOW(munmap),
        ALLOW(mremap),
        ALLOW(madvise),
        ALLOW(mprotect),
        ALLOW(futex),
        ALLOW(getrandom),
        ALLOW(exit_group),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
#endif
}

/* In the child. It must not flush or remove what belongs to its parent, so it ends without the
   handlers of the C library. A crash is expected: it leaves no core. */
static void run_child(void (*work)(void *context), void *context, unsigned seconds)
{
    const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU};
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
        signal(crashes[i], SIG_DFL);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    setrlimit(RLIMIT_CPU, &(struct rlimit){seconds, seconds + 1});
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    allow_memory_only();
    work(context);
    syscall(SYS_exit_group, 0);
}

enum status sandbox_run(void (*work)(void *context), void *context, unsigned seconds,
                        struct error *err)
{
    int how = 0;
    pid_t child = fork(), ended;
    if (child < 0)
        return error_set(err, STATUS_MEMORY, "a child process can't be started: %s",
                         strerror(errno));
    if (child == 0)
        run_child(work, context, seconds);
    do
        ended = waitpid(child, &how, 0);
    while (ended < 0 && errno == EINTR);
    if (ended == child && WIFEXITED(how) && WEXITSTATUS(how) == 0)
        return STATUS_OK;
    if (ended == child && WIFSIGNALED(how) && WTERMSIG(how) == SIGXCPU)
        return error_set(err, STATUS_FORMAT, "takes more than %u s to decode", seconds);
    return error_set(err, STATUS_FORMAT, "damaged in a way that makes the decoder crash");
}
