// The C surface of GStreamer for the GStreamer module: what Swift cannot import (macros, casts) as static inline
// functions named for their effect. No logic lives here.
#pragma once

#define GST_USE_UNSTABLE_API 1
#include <gio/gio.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <gst/rtp/rtp.h>
#include <gst/sdp/sdp.h>
#include <gst/video/video.h>
#include <gst/webrtc/webrtc.h>
#include <malloc.h>

/// A datagram in pieces: libnice's `NiceOutputMessage`.
typedef struct {
    GOutputVector *buffers;
    gint n_buffers;
} LocoOutputMessage;

static inline GType loco_type_of(gpointer object) { return G_OBJECT_TYPE(object); }
static inline GType loco_value_type(const GValue *value) { return G_VALUE_TYPE(value); }
static inline gboolean loco_value_holds(const GValue *value, GType type) { return G_VALUE_HOLDS(value, type); }
static inline GParamSpec *loco_find_property(gpointer object, const gchar *name) {
    return g_object_class_find_property(G_OBJECT_GET_CLASS(object), name);
}
static inline GType loco_property_type(const GParamSpec *spec) { return G_PARAM_SPEC_VALUE_TYPE(spec); }
static inline gboolean loco_property_is_writable(const GParamSpec *spec) {
    return (spec->flags & G_PARAM_WRITABLE) != 0;
}
static inline GType loco_fundamental(GType type) { return G_TYPE_FUNDAMENTAL(type); }

static inline GType loco_type_boolean(void) { return G_TYPE_BOOLEAN; }
static inline GType loco_type_int(void) { return G_TYPE_INT; }
static inline GType loco_type_uint(void) { return G_TYPE_UINT; }
static inline GType loco_type_int64(void) { return G_TYPE_INT64; }
static inline GType loco_type_uint64(void) { return G_TYPE_UINT64; }
static inline GType loco_type_float(void) { return G_TYPE_FLOAT; }
static inline GType loco_type_double(void) { return G_TYPE_DOUBLE; }
static inline GType loco_type_string(void) { return G_TYPE_STRING; }
static inline GType loco_type_enum(void) { return G_TYPE_ENUM; }
static inline GType loco_type_flags(void) { return G_TYPE_FLAGS; }
static inline GType loco_type_object(void) { return G_TYPE_OBJECT; }
static inline GType loco_type_value_array(void) { return G_TYPE_VALUE_ARRAY; }

static inline GstClockTime loco_clock_time_none(void) { return GST_CLOCK_TIME_NONE; }
static inline GstMessageType loco_message_type(GstMessage *message) { return GST_MESSAGE_TYPE(message); }
static inline GstObject *loco_message_source(GstMessage *message) { return GST_MESSAGE_SRC(message); }
static inline GstEventType loco_event_type(GstEvent *event) { return GST_EVENT_TYPE(event); }
static inline GstQueryType loco_query_type(GstQuery *query) { return GST_QUERY_TYPE(query); }
static inline gboolean loco_buffer_is_delta(GstBuffer *buffer) {
    return GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
}
static inline const gchar *loco_object_name(gpointer object) { return GST_OBJECT_NAME(object); }
static inline guint loco_value_array_count(const GValueArray *array) { return array->n_values; }
static inline const GValue *loco_value_array_at(const GValueArray *array, guint index) {
    return &array->values[index];
}

/// The probe's buffer, made writable in place.
static inline GstBuffer *loco_probe_writable_buffer(GstPadProbeInfo *info) {
    info->data = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
    return GST_PAD_PROBE_INFO_BUFFER(info);
}
/// The probe's list of buffers, made writable in place.
static inline GstBufferList *loco_probe_writable_list(GstPadProbeInfo *info) {
    info->data = gst_buffer_list_make_writable(GST_PAD_PROBE_INFO_BUFFER_LIST(info));
    return GST_PAD_PROBE_INFO_BUFFER_LIST(info);
}
/// What the push returns whose buffer or list the probe has handled.
static inline void loco_probe_set_flow(GstPadProbeInfo *info, GstFlowReturn flow) {
    GST_PAD_PROBE_INFO_FLOW_RETURN(info) = flow;
}
static inline gboolean loco_probe_is_list(const GstPadProbeInfo *info) {
    return (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0;
}
static inline GstMapFlags loco_map_read_write(void) { return GST_MAP_READWRITE; }
