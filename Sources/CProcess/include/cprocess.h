// What Linux offers of processes and Swift cannot call: variadic functions, and those that glibc declares for GNU
// programs alone. No logic.
#ifndef LOCO_CPROCESS_H
#define LOCO_CPROCESS_H

#include <sys/types.h>

/// From here on descendants whose parents end become children of this process. 0, or an error number.
int loco_become_subreaper(void);

/// A descriptor that poll() finds readable when the process has ended; -1 with errno.
int loco_pidfd_open(pid_t pid);

/// Starts a program in a session of its own, with these three descriptors and no others, the default signal handlers
/// and no blocked signals.
///
/// `directory` may be NULL for the parent's. Gives 0 and the pid, or the error number of what failed: the folder, or the
/// program.
int loco_spawn(
    pid_t *pid, const char *path, char *const argv[], char *const envp[], const char *directory, int input, int output,
    int error);

#endif
