/// Why a QMP command has no result.
public enum QMPError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Nothing listens at the socket, or it is no QMP server.
    case cannotConnect(path: String, reason: String)
    /// The connection has ended; QEMU is gone or the client was closed. It is not reopened.
    case closed
    /// QEMU refused the command.
    case refused(command: String, errorClass: String, message: String)
    /// No answer came in time. The answer is dropped if it comes later.
    case timedOut(command: String, after: Duration)
    /// More commands are waiting for answers than the client allows.
    case tooManyPending(limit: Int)
    /// QEMU sent something that is not QMP.
    case malformed(String)

    /// One sentence naming the command or the socket.
    public var description: String {
        switch self {
        case .cannotConnect(let path, let reason): "no QMP server at \(path): \(reason)"
        case .closed: "the QMP connection is closed"
        case .refused(let command, let errorClass, let message): "QEMU refused \(command): \(message) (\(errorClass))"
        case .timedOut(let command, let after): "QEMU did not answer \(command) within \(after)"
        case .tooManyPending(let limit): "more than \(limit) QMP commands are waiting for an answer"
        case .malformed(let text): "QEMU sent something that is not QMP: \(text.prefix(200))"
        }
    }
}
