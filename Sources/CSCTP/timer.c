#include "csctp.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

// GStreamer's data channels bring usrsctp along, which counts time on a thread that sleeps for 10 ms and adds them, a
// hundred times a second as long as one viewer is there. On a still screen that was a sixth of all that a node did.
// usrsctp has no setting for it, and hides its functions within the plugin. What it cannot hide is that it sleeps by
// nanosleep(): a program's own takes the place of the C library's, for the libraries that it loads, too.
//
// This one sleeps once for several ticks on that thread, and lets the next ones pass at once. SCTP's time stays right;
// its timers, none of which is shorter than 200 ms, go off up to 90 ms late. For all others it is the C library's.

static const long tick = 10 * 1000 * 1000;
// Ticks that pass in one wake-up.
enum { ticks = 10 };

static bool is_sctp_timer(void) {
  static _Thread_local enum { unknown, yes, no } answer = unknown;
  if (answer == unknown) {
    char name[16] = "";
    prctl(PR_GET_NAME, name);
    answer = strcmp(name, "SCTP timer") == 0 ? yes : no;
  }
  return answer == yes;
}

int nanosleep(const struct timespec *wanted, struct timespec *left) {
  // Ticks that were slept for already.
  static _Thread_local int ahead = 0;
  struct timespec several = {0, ticks * tick};
  if (wanted != NULL && wanted->tv_sec == 0 && wanted->tv_nsec == tick && is_sctp_timer()) {
    if (ahead > 0) {
      ahead--;
      return 0;
    }
    ahead = ticks - 1;
    wanted = &several;
  }
  int error = clock_nanosleep(CLOCK_MONOTONIC, 0, wanted, left);
  if (error == 0) return 0;
  errno = error;
  return -1;
}
