import CGStreamer

/// A named set of fields: the payload of messages, statistics and promises (`GstStructure`), copied into Swift.
public struct Structure: Sendable, Equatable {
    /// The structure's name, such as `level` or `application/x-rtp`.
    public var name: String
    /// Its fields by name.
    public var fields: [String: Value]

    /// A structure of that name with those fields.
    public init(_ name: String, _ fields: [String: Value] = [:]) {
        self.name = name
        self.fields = fields
    }

    /// The field of that name, or nil.
    public subscript(field: String) -> Value? { fields[field] }

    init(reading structure: UnsafePointer<GstStructure>) {
        var fields: [String: Value] = [:]
        for index in 0..<gst_structure_n_fields(structure) {
            guard let name = gst_structure_nth_field_name(structure, guint(index)),
                let value = gst_structure_get_value(structure, name)
            else { continue }
            fields[String(cString: name)] = Value(reading: value)
        }
        self.init(String(cString: gst_structure_get_name(structure)), fields)
    }

    func withGstStructure<R>(_ body: (UnsafeMutablePointer<GstStructure>) -> R) -> R {
        let structure = makeGstStructure()
        defer { gst_structure_free(structure) }
        return body(structure)
    }

    /// A new `GstStructure` that the caller owns.
    func makeGstStructure() -> UnsafeMutablePointer<GstStructure> {
        let structure = gst_structure_new_empty(name)!
        // Sorted, so that equal structures print alike.
        for (field, value) in fields.sorted(by: { $0.key < $1.key }) {
            value.withGValue { if let value = $0 { gst_structure_set_value(structure, field, value) } }
        }
        return structure
    }
}
