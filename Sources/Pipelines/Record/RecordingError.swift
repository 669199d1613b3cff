/// Why a recording cannot begin or go on.
public enum RecordingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no room where it is written.
    case diskFull(path: String)
    /// The file cannot be made or written.
    case cannotWrite(path: String, reason: String)
    /// What writes it cannot be started.
    case cannotStart(reason: String)

    /// The word for it in JSON errors.
    public var code: String {
        switch self {
        case .diskFull: "disk-full"
        case .cannotWrite: "write-failed"
        case .cannotStart: "recorder-failed"
        }
    }

    /// One sentence for people.
    public var description: String {
        switch self {
        case .diskFull(let path):
            "no room is left for \(path): delete recordings, or name a folder on a larger disk (recording.directory)"
        case .cannotWrite(let path, let reason):
            "\(path) cannot be written: \(reason); give the node the right to, or name another folder"
                + " (recording.directory)"
        case .cannotStart(let reason): "the recorder does not start: \(reason)"
        }
    }
}
