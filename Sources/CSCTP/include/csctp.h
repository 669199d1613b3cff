// Fewer wake-ups for the clock of SCTP. There is nothing to call: see timer.c.
#ifndef LOCO_CSCTP_H
#define LOCO_CSCTP_H

#endif
