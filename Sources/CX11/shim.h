// The X protocol through xcb: enough to follow the guest's window and to read what is drawn in it; and what else the
// capture's thread needs of C.
#pragma once
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <xcb/damage.h>
#include <xcb/shm.h>
#include <xcb/xcb.h>
#include <xcb/xcbext.h>

// Declared by the headers for _GNU_SOURCE only, which comes too late in a module that others were read before.
extern int memfd_create(const char *name, unsigned int flags);
extern int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask);
#define LOCO_MEMFD_CLOEXEC 1U

// Swift takes the extensions' global identifiers, which nobody writes, for shared mutable state.
static inline const xcb_query_extension_reply_t *loco_damage_extension(xcb_connection_t *connection) {
    return xcb_get_extension_data(connection, &xcb_damage_id);
}
static inline const xcb_query_extension_reply_t *loco_shm_extension(xcb_connection_t *connection) {
    return xcb_get_extension_data(connection, &xcb_shm_id);
}
