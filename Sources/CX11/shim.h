// The X protocol through xcb: enough to follow the guest's window.
#pragma once
#include <stdlib.h>
#include <sys/eventfd.h>
#include <xcb/xcb.h>
