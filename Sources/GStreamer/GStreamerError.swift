/// What can go wrong between Swift and GStreamer. Every case names the thing it is about.
public enum GStreamerError: Error, Equatable, CustomStringConvertible {
    /// `gst_init_check` refused to start; the payload is GLib's message.
    case initialisationFailed(String)
    /// No element factory of that name is registered. `package` is the Debian package that holds it, where known.
    case missingElement(factory: String, package: String?)
    /// The object has no property of that name.
    case unknownProperty(object: String, property: String)
    /// The property exists but refuses the value: wrong type, not writable, or outside its range.
    case invalidValue(object: String, property: String, value: String)
    /// The object has no signal of that name.
    case unknownSignal(object: String, signal: String)
    /// Two elements or pads refuse each other's capabilities.
    case linkFailed(source: String, sink: String)
    /// The element has no such pad, or refuses to make one.
    case missingPad(element: String, pad: String)
    /// A string that should describe capabilities does not.
    case malformedCaps(String)
    /// A pipeline did not reach a state. `reason` is the first error on its bus, where there was one.
    case stateChangeFailed(pipeline: String, state: String, reason: String?)
    /// A `GstPromise` was answered with an error, interrupted or expired.
    case promiseFailed(operation: String, reason: String)
    /// An operation did not finish within its deadline.
    case timedOut(operation: String)
    /// Text that should be a session description is not one.
    case malformedSessionDescription(String)
    /// Pictures of that size cannot be converted.
    case unsupportedPicture(width: Int, height: Int)

    /// One sentence for people.
    public var description: String {
        switch self {
        case .initialisationFailed(let reason): "GStreamer does not start: \(reason)"
        case .missingElement(let factory, let package?):
            "GStreamer element '\(factory)' is missing; install the Debian package \(package)"
        case .missingElement(let factory, nil): "GStreamer element '\(factory)' is missing"
        case .unknownProperty(let object, let property): "\(object) has no property '\(property)'"
        case .invalidValue(let object, let property, let value): "\(object).\(property) refuses the value \(value)"
        case .unknownSignal(let object, let signal): "\(object) has no signal '\(signal)'"
        case .linkFailed(let source, let sink): "\(source) does not link to \(sink)"
        case .missingPad(let element, let pad): "\(element) has no pad '\(pad)'"
        case .malformedCaps(let text): "not capabilities: \(text)"
        case .stateChangeFailed(let pipeline, let state, let reason):
            "pipeline '\(pipeline)' does not reach \(state)" + (reason.map { ": \($0)" } ?? "")
        case .promiseFailed(let operation, let reason): "\(operation) failed: \(reason)"
        case .timedOut(let operation): "\(operation) did not finish in time"
        case .malformedSessionDescription(let reason): "not a session description: \(reason)"
        case .unsupportedPicture(let width, let height): "pictures of \(width)x\(height) pixels cannot be converted"
        }
    }
}
