// The C surface of libpulse. No logic.
#ifndef LOCO_CPULSE_SHIM_H
#define LOCO_CPULSE_SHIM_H

#include <pulse/pulseaudio.h>

#endif
