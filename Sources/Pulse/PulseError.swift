/// What keeps a sound server from being heard or asked.
public enum PulseError: Error, Equatable, CustomStringConvertible {
    /// The server refused, or is not there; `reason` is libpulse's.
    case unreachable(server: String, reason: String)
    /// Nothing came back in time: the server hangs.
    case noAnswer(server: String, to: String, after: Duration)
    /// The connection ended; `reason` is libpulse's.
    case disconnected(server: String, reason: String)
    /// The source cannot be recorded.
    case refused(source: String, reason: String)
    /// libpulse could not be set up: out of memory or threads.
    case unavailable(String)

    /// One sentence naming the server and what is the matter.
    public var description: String {
        switch self {
        case .unreachable(let server, let reason): "the sound server at \(server) cannot be reached: \(reason)"
        case .noAnswer(let server, let question, let limit):
            "the sound server at \(server) did not answer \(question) within \(limit): it hangs or is stopped"
        case .disconnected(let server, let reason): "the sound server at \(server) ended the connection: \(reason)"
        case .refused(let source, let reason): "the source \(source) cannot be recorded: \(reason)"
        case .unavailable(let what): "libpulse could not make \(what): memory or threads are short"
        }
    }
}
