import CGStreamer

extension Value {
    /// Reads a `GValue`; types without a counterpart become `.opaque`.
    init(reading source: UnsafePointer<GValue>) {
        let type = loco_value_type(source)
        switch loco_fundamental(type) {
        case loco_type_boolean(): self = .bool(g_value_get_boolean(source) != 0)
        case loco_type_int(): self = .int(g_value_get_int(source))
        case loco_type_uint(): self = .uint(g_value_get_uint(source))
        case loco_type_int64(): self = .int64(Int64(g_value_get_int64(source)))
        case loco_type_uint64(): self = .uint64(UInt64(g_value_get_uint64(source)))
        case loco_type_float(): self = .double(Double(g_value_get_float(source)))
        case loco_type_double(): self = .double(g_value_get_double(source))
        case loco_type_enum(): self = .int(g_value_get_enum(source))
        case loco_type_flags(): self = .uint(g_value_get_flags(source))
        case loco_type_string():
            self = g_value_get_string(source).map { .string(String(cString: $0)) } ?? .opaque("NULL")
        default: self.init(readingBoxed: source, type: type)
        }
    }

    private init(readingBoxed source: UnsafePointer<GValue>, type: GType) {
        switch type {
        case gst_fraction_get_type():
            self = .fraction(gst_value_get_fraction_numerator(source), gst_value_get_fraction_denominator(source))
        case gst_value_list_get_type():
            self = .list(
                (0..<gst_value_list_get_size(source)).map { Value(reading: gst_value_list_get_value(source, $0)) })
        case gst_value_array_get_type():
            self = .list(
                (0..<gst_value_array_get_size(source)).map { Value(reading: gst_value_array_get_value(source, $0)) })
        case loco_type_value_array():
            guard let boxed = g_value_get_boxed(source) else { self = .list([]); return }
            let array = boxed.assumingMemoryBound(to: GValueArray.self)
            self = .list((0..<loco_value_array_count(array)).map { Value(reading: loco_value_array_at(array, $0)) })
        case gst_structure_get_type():
            guard let structure = gst_value_get_structure(source) else { self = .opaque("NULL"); return }
            self = .structure(Structure(reading: structure))
        case gst_caps_get_type():
            guard let caps = gst_value_get_caps(source) else { self = .opaque("NULL"); return }
            self = .caps(Caps(reading: UnsafeMutablePointer(mutating: caps)))
        case g_error_get_type():
            guard let boxed = g_value_get_boxed(source) else { self = .opaque("NULL"); return }
            self = .string(String(cString: boxed.assumingMemoryBound(to: GError.self).pointee.message))
        case gst_webrtc_session_description_get_type():
            guard let boxed = g_value_get_boxed(source) else { self = .opaque("NULL"); return }
            let session = boxed.assumingMemoryBound(to: GstWebRTCSessionDescription.self)
            guard let text = gst_sdp_message_as_text(session.pointee.sdp) else { self = .opaque("NULL"); return }
            defer { g_free(text) }
            self = .string(String(cString: text))
        default:
            self = .opaque(String(cString: g_type_name(type)))
        }
    }

    /// Lends the value as a `GValue` of its natural type. `.opaque` has none and yields nil.
    func withGValue<R>(_ body: (UnsafeMutablePointer<GValue>?) -> R) -> R {
        var storage = GValue()
        let ok: Bool
        switch self {
        case .bool(let value):
            g_value_init(&storage, loco_type_boolean()); g_value_set_boolean(&storage, value ? 1 : 0); ok = true
        case .int(let value): g_value_init(&storage, loco_type_int()); g_value_set_int(&storage, value); ok = true
        case .uint(let value): g_value_init(&storage, loco_type_uint()); g_value_set_uint(&storage, value); ok = true
        case .int64(let value):
            g_value_init(&storage, loco_type_int64()); g_value_set_int64(&storage, gint64(value)); ok = true
        case .uint64(let value):
            g_value_init(&storage, loco_type_uint64()); g_value_set_uint64(&storage, guint64(value)); ok = true
        case .double(let value):
            g_value_init(&storage, loco_type_double()); g_value_set_double(&storage, value); ok = true
        case .string(let value):
            g_value_init(&storage, loco_type_string()); g_value_set_string(&storage, value); ok = true
        case .fraction(let numerator, let denominator):
            g_value_init(&storage, gst_fraction_get_type())
            gst_value_set_fraction(&storage, numerator, denominator)
            ok = true
        case .list(let values):
            g_value_init(&storage, gst_value_list_get_type())
            for value in values {
                value.withGValue { if let item = $0 { gst_value_list_append_value(&storage, item) } }
            }
            ok = true
        case .structure(let structure):
            g_value_init(&storage, gst_structure_get_type())
            structure.withGstStructure { gst_value_set_structure(&storage, $0) }
            ok = true
        case .caps(let caps):
            g_value_init(&storage, gst_caps_get_type())
            caps.withGstCaps { gst_value_set_caps(&storage, $0) }
            ok = true
        case .opaque: ok = false
        }
        defer { if ok { g_value_unset(&storage) } }
        return withUnsafeMutablePointer(to: &storage) { body(ok ? $0 : nil) }
    }
}
