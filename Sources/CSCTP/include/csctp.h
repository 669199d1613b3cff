// Fewer wake-ups for the clock of SCTP. There is nothing to call: see timer.c.
#ifndef LOCO_CSCTP_H
#define LOCO_CSCTP_H

/// Ticks of SCTP's clock that pass in one wake-up of its thread.
enum { loco_sctp_ticks = 5 };

#endif
