import CGStreamer

/// The capabilities of a stream (`GstCaps`): alternatives, each a media type with fields.
public struct Caps: Sendable, Equatable, CustomStringConvertible {
    /// The alternatives in order of preference.
    public var structures: [Structure]

    /// One alternative, such as `Caps("video/x-raw", ["format": "I420"])`.
    public init(_ mediaType: String, _ fields: [String: Value] = [:]) { structures = [Structure(mediaType, fields)] }

    init(reading caps: UnsafeMutablePointer<GstCaps>) {
        structures = (0..<gst_caps_get_size(caps)).map { Structure(reading: gst_caps_get_structure(caps, $0)) }
    }

    /// A field of the first alternative.
    public subscript(field: String) -> Value? { structures.first?[field] }

    func withGstCaps<R>(_ body: (UnsafeMutablePointer<GstCaps>) -> R) -> R {
        let caps = gst_caps_new_empty()!
        defer { gst_caps_unref(caps) }
        for structure in structures { gst_caps_append_structure(caps, structure.makeGstStructure()) }
        return body(caps)
    }

    /// The capabilities in GStreamer's notation.
    public var description: String {
        withGstCaps { caps in
            guard let text = gst_caps_to_string(caps) else { return "" }
            defer { g_free(text) }
            return String(cString: text)
        }
    }
}
