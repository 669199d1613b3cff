/// Why an RFB client's bytes are refused; the bridge ends with it.
public enum RFBProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The greeting is none, or of a version that is not spoken here.
    case version(String)
    /// The client chose a way to authenticate that the bridge does not pass on.
    case security(UInt8)
    /// No message begins like this.
    case unknownType(UInt8)
    /// No message of QEMU's extension begins like this.
    case unknownExtension(UInt8)
    /// A message says it is longer than is taken.
    case tooLong(what: String, bytes: Int, limit: Int)

    /// One short sentence; it goes into a close frame, which has room for 123 bytes.
    public var description: String {
        switch self {
        case .version(let text): "RFB version '\(text)' is refused: 3.3, 3.7 and 3.8 are spoken"
        case .security(let type): "RFB security type \(type) is refused: only None (1) is"
        case .unknownType(let type): "unknown RFB message type \(type)"
        case .unknownExtension(let type): "unknown QEMU message type \(type)"
        case .tooLong(let what, let bytes, let limit): "\(what) of \(bytes) is too long: at most \(limit)"
        }
    }
}
