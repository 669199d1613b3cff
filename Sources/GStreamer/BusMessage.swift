import CGStreamer

/// What a pipeline's bus reports, as a value that outlives the message.
public enum BusMessage: Sendable, Equatable {
    /// The pipeline cannot go on. `debug` is GStreamer's detail for developers.
    case error(source: String, message: String, debug: String?)
    case warning(source: String, message: String)
    case endOfStream
    /// An element's own structure, such as `level`'s measurements.
    case element(source: String, Structure)
    /// The latency of the pipeline changed and should be distributed anew.
    case latencyChanged

    init?(reading message: UnsafeMutablePointer<GstMessage>) {
        let source = loco_message_source(message).map { String(cString: loco_object_name($0)) } ?? "?"
        switch loco_message_type(message) {
        case GST_MESSAGE_ERROR:
            let (text, debug) = Self.texts { gst_message_parse_error(message, $0, $1) }
            self = .error(source: source, message: text, debug: debug)
        case GST_MESSAGE_WARNING:
            let (text, _) = Self.texts { gst_message_parse_warning(message, $0, $1) }
            self = .warning(source: source, message: text)
        case GST_MESSAGE_EOS: self = .endOfStream
        case GST_MESSAGE_LATENCY: self = .latencyChanged
        case GST_MESSAGE_ELEMENT:
            guard let structure = gst_message_get_structure(message) else { return nil }
            self = .element(source: source, Structure(reading: structure))
        default: return nil
        }
    }

    private static func texts(
        _ parse: (
            UnsafeMutablePointer<UnsafeMutablePointer<GError>?>, UnsafeMutablePointer<UnsafeMutablePointer<gchar>?>
        )
            -> Void
    ) -> (String, String?) {
        var error: UnsafeMutablePointer<GError>?
        var debug: UnsafeMutablePointer<gchar>?
        parse(&error, &debug)
        defer {
            g_clear_error(&error)
            g_free(debug)
        }
        return (error.map { String(cString: $0.pointee.message) } ?? "unknown", debug.map { String(cString: $0) })
    }
}
