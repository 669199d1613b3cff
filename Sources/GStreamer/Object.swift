import CGStreamer

/// A reference to a GObject: checked properties and signals.
///
/// `@unchecked Sendable`: the only stored state is an immutable pointer to a thread-safe, reference-counted object
/// whose properties GStreamer locks itself.
public class Object: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer

    /// Takes over one reference that the caller owns.
    init(owning pointer: UnsafeMutableRawPointer) { self.pointer = pointer }

    deinit { g_object_unref(pointer) }

    /// The GObject type's name, such as `GstX264Enc`.
    public var typeName: String { String(cString: g_type_name(loco_type_of(pointer))) }

    /// Sets a property after checking that it exists, is writable and takes the value.
    ///
    /// - Throws: `unknownProperty` or `invalidValue`.
    public func set(_ property: String, _ value: Value) throws(GStreamerError) {
        guard let spec = loco_find_property(pointer, property) else {
            throw .unknownProperty(object: typeName, property: property)
        }
        let refused = GStreamerError.invalidValue(object: typeName, property: property, value: "\(value)")
        guard loco_property_is_writable(spec) != 0 else { throw refused }
        var target = GValue()
        g_value_init(&target, loco_property_type(spec))
        defer { g_value_unset(&target) }
        guard Self.convert(value, into: &target), g_param_value_validate(spec, &target) == 0 else { throw refused }
        g_object_set_property(object, property, &target)
    }

    /// Reads a property.
    ///
    /// - Throws: `unknownProperty`.
    public func get(_ property: String) throws(GStreamerError) -> Value { try read(property) { Value(reading: $0) } }

    /// Lends a property's value, as it is or as another type that GObject converts it to.
    ///
    /// - Throws: `unknownProperty`.
    func read<Result>(
        _ property: String, as type: GType? = nil, _ body: (UnsafeMutablePointer<GValue>) -> Result
    ) throws(GStreamerError) -> Result {
        guard let spec = loco_find_property(pointer, property) else {
            throw .unknownProperty(object: typeName, property: property)
        }
        var value = GValue()
        g_value_init(&value, type ?? loco_property_type(spec))
        defer { g_value_unset(&value) }
        g_object_get_property(object, property, &value)
        return body(&value)
    }

    /// The object held by an object-typed property, such as `webrtcbin`'s `ice-agent`.
    func object(of property: String) throws(GStreamerError) -> Object? {
        try read(property, as: loco_type_object()) { g_value_dup_object($0).map(Object.init(owning:)) }
    }

    var object: UnsafeMutablePointer<GObject> { pointer.assumingMemoryBound(to: GObject.self) }

    /// Puts `value` into an initialised target of the property's type: strings name enumeration members, numbers
    /// convert where nothing is lost.
    private static func convert(_ value: Value, into target: inout GValue) -> Bool {
        let type = loco_fundamental(loco_value_type(&target))
        if case .string(let text) = value, type != loco_type_string() {
            return gst_value_deserialize(&target, text) != 0
        }
        if let integer = value.integer, type == loco_type_int() || type == loco_type_uint() {
            guard type == loco_type_int() ? Int32(exactly: integer) != nil : UInt32(exactly: integer) != nil else {
                return false
            }
        }
        return value.withGValue { source in
            guard let source else { return false }
            return g_value_transform(source, &target) != 0
        }
    }
}
