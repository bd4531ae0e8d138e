/* Makes calls of the system fail, for tests: loaded before the C library (LD_PRELOAD), Linux only.
 *
 * Calls about files below RISK_FAULT_BELOW are counted, as far as a fault of RISK_FAULT_KIND can meet them. The call
 * with number RISK_FAULT_AT meets it, and RISK_FAULT_TIMES - 1 after it, or all of them if that is 0. Each counted
 * call is a line in RISK_FAULT_LOG, if there is one. RISK_FAULT_CLOCK sets the clock of the day off by so many seconds;
 * "still" holds it, and "wild SEED" sets it off by another amount at every look.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* What a call does. */
enum {
    WRITES = 1,
    MAKES = 2, /* opens for writing, or makes a file */
    OPENS = 4, /* opens for reading */
    READS = 8,
    FLUSHES = 16,
    NAMES = 32, /* gives another name */
    REMOVES = 64,
    FOLDERS = 128,
    CUTS = 256,
    LOCKS = 512,
    LOOKS = 1024,
};
#define CHANGES (WRITES | MAKES | FLUSHES | NAMES | REMOVES | FOLDERS | CUTS)

/* How a call is met. */
enum { FAIL, KILL_BEFORE, KILL_AFTER, KILL_HALF, HALF, STALL };

static const struct kind {
    const char *name;
    int way, error, calls;
} KINDS[] = {
    {"kill-before", KILL_BEFORE, 0, CHANGES | LOCKS},
    {"kill-after", KILL_AFTER, 0, CHANGES | LOCKS},
    {"kill-half", KILL_HALF, 0, WRITES},
    {"full", FAIL, ENOSPC, WRITES | MAKES | FLUSHES | NAMES | FOLDERS},
    {"quota", FAIL, EDQUOT, WRITES | MAKES | FLUSHES | NAMES | FOLDERS},
    {"io", FAIL, EIO, CHANGES},
    {"io-read", FAIL, EIO, OPENS | READS | LOOKS},
    {"io-read-on", FAIL, EIO, OPENS | READS | LOOKS},
    {"read-only", FAIL, EROFS, MAKES | NAMES | REMOVES | FOLDERS | CUTS},
    {"denied", FAIL, EACCES, MAKES | OPENS | NAMES | REMOVES | FOLDERS},
    {"interrupted", FAIL, EINTR, WRITES | READS | LOCKS},
    {"short", HALF, 0, WRITES | READS},
    {"no-locks", FAIL, ENOLCK, LOCKS},
    {"stall", STALL, 0, CHANGES | OPENS | READS | LOOKS},
};

static const struct kind *kind;
static const char *below;
static size_t below_len;
static long at, times;
static int logged = -1;
static atomic_long calls;
static atomic_int ready;
static int clock_is_off, clock_is_still, clock_is_wild;
static long long clock_by;
static atomic_ullong clock_seed;

static void prepare(void) {
    if (atomic_load(&ready)) return;
    const char *name = getenv("RISK_FAULT_KIND"), *text;
    below = getenv("RISK_FAULT_BELOW");
    below_len = below ? strlen(below) : 0;
    at = (text = getenv("RISK_FAULT_AT")) ? atol(text) : 0;
    times = (text = getenv("RISK_FAULT_TIMES")) ? atol(text) : 1;
    if ((text = getenv("RISK_FAULT_LOG")) && logged < 0)
        logged = syscall(SYS_openat, AT_FDCWD, text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if ((text = getenv("RISK_FAULT_CLOCK"))) {
        clock_is_off = 1;
        clock_is_still = !strcmp(text, "still");
        clock_is_wild = !strncmp(text, "wild ", 5);
        clock_by = atoll(clock_is_wild ? text + 5 : text);
        atomic_store(&clock_seed, (unsigned long long)clock_by * 2654435769u + 1);
    }
    for (size_t i = 0; name && below && i < sizeof KINDS / sizeof *KINDS; i++)
        if (!strcmp(KINDS[i].name, name)) kind = &KINDS[i];
    atomic_store(&ready, 1);
}

/* The path that a name means in a folder that is open; 0 if it is not below ours. */
static int path_below(int dir, const char *name, char *path) {
    prepare();
    if (!kind || !name) return 0;
    size_t n = 0;
    if (name[0] != '/') {
        char link[40];
        if (dir == AT_FDCWD) strcpy(link, "/proc/self/cwd");
        else snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
        long len = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX);
        if (len <= 0 || len >= PATH_MAX) return 0;
        n = len;
        path[n++] = '/';
        if (!strncmp(name, "./", 2)) name += 2;
    }
    snprintf(path + n, PATH_MAX, "%s", name);
    return !strncmp(path, below, below_len);
}

static int file_below(int file, char *path) {
    prepare();
    if (!kind || file < 0) return 0;
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    long len = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX);
    if (len <= 0 || len >= PATH_MAX) return 0;
    path[len] = 0;
    return !strncmp(path, below, below_len);
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* Counts a call; what meets it, or 0. */
static const struct kind *met(int call, const char *path) {
    if (!(kind->calls & call)) return 0;
    long n = atomic_fetch_add(&calls, 1) + 1;
    if (logged >= 0) {
        char line[PATH_MAX + 40];
        int len = snprintf(line, sizeof line, "%d %s\n", call, path + below_len);
        syscall(SYS_write, logged, line, len);
    }
    if (!at || n < at || (times && n >= at + times)) return 0;
    if (kind->way == KILL_BEFORE) die();
    if (kind->way == STALL) {
        struct timespec pause = {2, 500000000};
        syscall(SYS_nanosleep, &pause, 0);
        return 0;
    }
    return kind;
}

/* A call that is made whole or not at all. */
#define CALL(is_below, call, real)                      \
    do {                                                \
        char path[2 * PATH_MAX];                        \
        const struct kind *by = 0;                      \
        if ((is_below) && (by = met(call, path))) {     \
            if (by->way == FAIL) {                      \
                errno = by->error;                      \
                return -1;                              \
            }                                           \
        }                                               \
        long done = (real);                             \
        if (by && by->way == KILL_AFTER) die();         \
        return done;                                    \
    } while (0)

/* A call that moves `n` bytes, or fewer. A disk that is full takes some of them at first. */
#define MOVE(file, call, n, real, part)                              \
    do {                                                             \
        char path[2 * PATH_MAX];                                     \
        const struct kind *by = 0;                                   \
        if (file_below(file, path) && (by = met(call, path))) {      \
            if (by->way == FAIL) {                                   \
                int is_first = atomic_load(&calls) == at;            \
                if (call == WRITES && is_first && times != 1 && (n) > 1) return (part); \
                errno = by->error;                                   \
                return -1;                                           \
            }                                                        \
            if (by->way == HALF && (n) > 1) return (part);           \
            if (by->way == KILL_HALF) {                              \
                long done = (part);                                  \
                (void)done;                                          \
                die();                                               \
            }                                                        \
        }                                                            \
        long done = (real);                                          \
        if (by && by->way == KILL_AFTER) die();                      \
        return done;                                                 \
    } while (0)

static int opening(int dir, const char *name, int flags, mode_t mode) {
    int makes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT);
    CALL(path_below(dir, name, path), makes ? MAKES : OPENS, syscall(SYS_openat, dir, name, flags, mode));
}

#define MODE(last)                                               \
    mode_t mode = 0;                                             \
    if ((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE) { \
        va_list more;                                            \
        va_start(more, last);                                    \
        mode = va_arg(more, mode_t);                             \
        va_end(more);                                            \
    }

int open(const char *name, int flags, ...) { MODE(flags) return opening(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE(flags) return opening(AT_FDCWD, name, flags | O_LARGEFILE, mode); }
int openat(int dir, const char *name, int flags, ...) { MODE(flags) return opening(dir, name, flags, mode); }
int openat64(int dir, const char *name, int flags, ...) { MODE(flags) return opening(dir, name, flags | O_LARGEFILE, mode); }
int creat(const char *name, mode_t mode) { return opening(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *name, mode_t mode) { return creat(name, mode); }

ssize_t write(int file, const void *from, size_t n) {
    MOVE(file, WRITES, n, syscall(SYS_write, file, from, n), syscall(SYS_write, file, from, n / 2));
}
ssize_t pwrite(int file, const void *from, size_t n, off_t place) {
    MOVE(file, WRITES, n, syscall(SYS_pwrite64, file, from, n, place), syscall(SYS_pwrite64, file, from, n / 2, place));
}
ssize_t pwrite64(int file, const void *from, size_t n, off64_t place) { return pwrite(file, from, n, place); }
ssize_t writev(int file, const struct iovec *from, int n) {
    MOVE(file, WRITES, n ? from->iov_len : 0, syscall(SYS_writev, file, from, n),
         syscall(SYS_write, file, from->iov_base, from->iov_len / 2));
}
ssize_t read(int file, void *into, size_t n) {
    MOVE(file, READS, n, syscall(SYS_read, file, into, n), syscall(SYS_read, file, into, n / 2));
}
ssize_t pread(int file, void *into, size_t n, off_t place) {
    MOVE(file, READS, n, syscall(SYS_pread64, file, into, n, place), syscall(SYS_pread64, file, into, n / 2, place));
}
ssize_t pread64(int file, void *into, size_t n, off64_t place) { return pread(file, into, n, place); }

static long mapped(int file) { CALL(file_below(file, path), READS, 0); }
void *mmap(void *where, size_t n, int access, int flags, int file, off_t place) {
    if (file >= 0 && !(flags & MAP_ANONYMOUS) && kind && kind->way == FAIL && kind->error != EINTR && mapped(file))
        return MAP_FAILED;
    return (void *)syscall(SYS_mmap, where, n, access, flags, file, place);
}
void *mmap64(void *where, size_t n, int access, int flags, int file, off64_t place) {
    return mmap(where, n, access, flags, file, place);
}

int fsync(int file) { CALL(file_below(file, path), FLUSHES, syscall(SYS_fsync, file)); }
int fdatasync(int file) { CALL(file_below(file, path), FLUSHES, syscall(SYS_fdatasync, file)); }
int ftruncate(int file, off_t n) { CALL(file_below(file, path), CUTS, syscall(SYS_ftruncate, file, n)); }
int ftruncate64(int file, off64_t n) { return ftruncate(file, n); }
int flock(int file, int how) { CALL(file_below(file, path), LOCKS, syscall(SYS_flock, file, how)); }

static int control(int file, int what, long how) {
    int locks = what == F_SETLK || what == F_SETLKW || what == F_OFD_SETLK || what == F_OFD_SETLKW;
    CALL(locks && file_below(file, path), LOCKS, syscall(SYS_fcntl, file, what, how));
}
#define HOW                  \
    va_list more;            \
    va_start(more, what);    \
    long how = va_arg(more, long); \
    va_end(more);
int fcntl(int file, int what, ...) { HOW return control(file, what, how); }
int fcntl64(int file, int what, ...) { HOW return control(file, what, how); }

int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
    CALL(path_below(to, new, path), NAMES, syscall(SYS_renameat2, from, old, to, new, flags));
}
int renameat(int from, const char *old, int to, const char *new) { return renameat2(from, old, to, new, 0); }
int rename(const char *old, const char *new) { return renameat2(AT_FDCWD, old, AT_FDCWD, new, 0); }
int linkat(int from, const char *old, int to, const char *new, int flags) {
    CALL(path_below(to, new, path), NAMES, syscall(SYS_linkat, from, old, to, new, flags));
}
int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }
int unlinkat(int dir, const char *name, int flags) {
    CALL(path_below(dir, name, path), REMOVES, syscall(SYS_unlinkat, dir, name, flags));
}
int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }
int mkdirat(int dir, const char *name, mode_t mode) {
    CALL(path_below(dir, name, path), FOLDERS, syscall(SYS_mkdirat, dir, name, mode));
}
int mkdir(const char *name, mode_t mode) { return mkdirat(AT_FDCWD, name, mode); }

int statx(int dir, const char *restrict name, int flags, unsigned mask, struct statx *restrict found) {
    /* Rust asks without a name whether there is such a call; the compiler believes that nobody does. */
    const char *volatile given = name;
    CALL(given && name[0] && path_below(dir, name, path), LOOKS, syscall(SYS_statx, dir, name, flags, mask, found));
}
#define LOOK(function, record)                                                          \
    int function(const char *restrict name, struct record *restrict found) {           \
        static int (*real)(const char *, struct record *);                             \
        if (!real) real = (int (*)(const char *, struct record *))dlsym(RTLD_NEXT, #function); \
        CALL(path_below(AT_FDCWD, name, path), LOOKS, real(name, found));              \
    }
LOOK(stat, stat)
LOOK(lstat, stat)
LOOK(stat64, stat64)
LOOK(lstat64, stat64)

int clock_gettime(clockid_t which, struct timespec *now) {
    prepare();
    long done = syscall(SYS_clock_gettime, which, now);
    if (done || !clock_is_off || (which != CLOCK_REALTIME && which != CLOCK_REALTIME_COARSE)) return done;
    if (clock_is_still) now->tv_sec = 1800000000;
    else if (!clock_is_wild) now->tv_sec += clock_by;
    if (!clock_is_wild) {
        return done;
    }
    unsigned long long x = atomic_fetch_add(&clock_seed, 0x9e3779b97f4a7c15ull);
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    /* Up to five hundred years to either side, mostly far less. */
    long long span = 1ll << (x % 34);
    now->tv_sec += (long long)((x >> 8) % (2 * span)) - span;
    return done;
}
