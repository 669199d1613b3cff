import CGStreamer
import Synchronization

/// The arguments of one signal emission, valid only inside the handler.
public struct SignalArguments: ~Copyable {
    private let values: UnsafePointer<GValue>?
    /// How many arguments there are, the emitting object not counted.
    public let count: Int

    fileprivate init(values: UnsafePointer<GValue>?, count: Int) {
        self.values = values
        self.count = max(0, count - 1)
    }

    /// The argument at that place as a plain value, or nil where there is none.
    public subscript(index: Int) -> Value? {
        guard let values, index < count else { return nil }
        return Value(reading: values + 1 + index)
    }

    /// The object argument at that place, retained.
    func object(_ index: Int) -> UnsafeMutableRawPointer? {
        guard let values, index < count, loco_value_holds(values + 1 + index, loco_type_object()) != 0 else {
            return nil
        }
        return g_value_dup_object(values + 1 + index)
    }
}

/// A connected signal handler. Disconnects once: by `disconnect()` or when released.
public final class SignalConnection: Sendable {
    // The object is held weakly in spirit: a strong reference here is released at disconnect, so that a handler
    // stored inside what the object owns cannot keep both alive past the disconnect.
    private let state: Mutex<(object: Object, id: gulong)?>

    fileprivate init(object: Object, id: gulong) { state = Mutex((object, id)) }

    /// Removes the handler. A call under way on another thread may still finish after this returns.
    public func disconnect() {
        let connected = state.withLock { held in
            defer { held = nil }
            return held
        }
        if let connected { g_signal_handler_disconnect(connected.object.pointer, connected.id) }
    }

    deinit { disconnect() }
}

extension Object {
    /// Calls `handler` for every emission of the signal, on the thread that emits. `notify::name` watches a property.
    ///
    /// - Throws: `unknownSignal`.
    public func connect(
        _ signal: String, _ handler: @escaping @Sendable (borrowing SignalArguments) -> Void
    ) throws(GStreamerError) -> SignalConnection {
        let name = signal.prefix { $0 != ":" }
        guard g_signal_lookup(String(name), loco_type_of(pointer)) != 0 else {
            throw .unknownSignal(object: typeName, signal: signal)
        }
        let box = Unmanaged.passRetained(HandlerBox(handler)).toOpaque()
        let closure = g_closure_new_simple(guint(MemoryLayout<GClosure>.size), box)!
        g_closure_set_marshal(closure, signalMarshal)
        g_closure_add_finalize_notifier(closure, box, signalFinalised)
        let id = g_signal_connect_closure(pointer, signal, closure, 0)
        return SignalConnection(object: self, id: id)
    }

    /// Emits an action signal with arguments of the signal's own parameter types; what it returns is dropped.
    func emit(_ signal: String, _ arguments: [Argument]) throws(GStreamerError) {
        try emit(signal, arguments) { _ in }
    }

    /// Emits an action signal that makes an object.
    ///
    /// - Returns: the object, retained, or nil.
    func create(_ signal: String, _ arguments: [Argument]) throws(GStreamerError) -> UnsafeMutableRawPointer? {
        var made: UnsafeMutableRawPointer?
        try emit(signal, arguments) { made = g_value_dup_object($0) }
        return made
    }

    /// Emits an action signal that says whether it succeeded.
    func ask(_ signal: String, _ arguments: [Argument]) throws(GStreamerError) -> Bool {
        var succeeded = false
        try emit(signal, arguments) { succeeded = Value(reading: $0) == .bool(true) }
        return succeeded
    }

    private func emit(
        _ signal: String, _ arguments: [Argument], _ take: (UnsafePointer<GValue>) -> Void
    ) throws(GStreamerError) {
        let id = g_signal_lookup(signal, loco_type_of(pointer))
        var query = GSignalQuery()
        if id != 0 { g_signal_query(id, &query) }
        guard id != 0, Int(query.n_params) == arguments.count else {
            throw .unknownSignal(object: typeName, signal: signal)
        }
        var values = [GValue](repeating: GValue(), count: arguments.count + 1)
        g_value_init(&values[0], loco_type_of(pointer))
        g_value_set_object(&values[0], pointer)
        for (index, argument) in arguments.enumerated() {
            // The lowest bit of a parameter's type marks a static scope; it is no part of the type.
            g_value_init(&values[index + 1], query.param_types[index] & ~1)
            switch argument {
            case .uint(let value): g_value_set_uint(&values[index + 1], value)
            case .string(let value): g_value_set_string(&values[index + 1], value)
            case .boxed(let value): g_value_set_boxed(&values[index + 1], value)
            case .object(let value): g_value_set_object(&values[index + 1], value)
            case .enumeration(let value): g_value_set_enum(&values[index + 1], value)
            }
        }
        var result = GValue()
        let returns = query.return_type & ~1
        let hasResult = loco_fundamental(returns) != 4  // G_TYPE_NONE
        if hasResult { g_value_init(&result, returns) }
        if hasResult {
            g_signal_emitv(values, id, 0, &result)
            take(&result)
            g_value_unset(&result)
        } else {
            g_signal_emitv(values, id, 0, nil)
        }
        for index in values.indices { g_value_unset(&values[index]) }
    }

    /// An argument of an action signal.
    enum Argument {
        case uint(UInt32)
        case string(String)
        case boxed(UnsafeMutableRawPointer?)
        case object(UnsafeMutableRawPointer?)
        case enumeration(Int32)
    }
}

private final class HandlerBox: Sendable {
    let handler: @Sendable (borrowing SignalArguments) -> Void
    init(_ handler: @escaping @Sendable (borrowing SignalArguments) -> Void) { self.handler = handler }
}

// File-scope functions: GLib calls them on any thread, and a closure literal would inherit its context's isolation.
private func signalMarshal(
    closure: UnsafeMutablePointer<GClosure>?, result: UnsafeMutablePointer<GValue>?, count: guint,
    values: UnsafePointer<GValue>?, hint: gpointer?, data: gpointer?
) {
    guard let box = closure?.pointee.data else { return }
    let handler = Unmanaged<HandlerBox>.fromOpaque(box).takeUnretainedValue().handler
    handler(SignalArguments(values: values, count: Int(count)))
}

private func signalFinalised(data: gpointer?, closure: UnsafeMutablePointer<GClosure>?) {
    if let data { Unmanaged<HandlerBox>.fromOpaque(data).release() }
}
