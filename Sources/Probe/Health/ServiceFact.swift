/// One of the processes behind a guest, as its health is judged by.
public struct ServiceFact: Sendable, Equatable {
    /// What its supervisor is doing about it.
    public enum Supervision: Sendable, Equatable {
        /// Nothing: it runs, or nobody wants it to.
        case idle
        /// It is being started again; in so many seconds, nil when it is on its way.
        case restarting(after: Double?)
        /// It failed too often in a row and stays down until somebody asks.
        case gaveUp
    }

    /// It lives and is ready.
    public var isRunning: Bool
    /// The kernel's letter for it: R, S, D, T (stopped), t (traced); nil when not measured.
    public var state: Character?
    /// Seconds since it was ready; nil when not measured.
    public var uptime: Double?
    /// What its supervisor is doing.
    public var supervision: Supervision

    /// Describes a process.
    public init(isRunning: Bool, state: Character? = nil, uptime: Double? = nil, supervision: Supervision = .idle) {
        self.isRunning = isRunning
        self.state = state
        self.uptime = uptime
        self.supervision = supervision
    }

    /// A signal or a debugger holds it still: it lives and does nothing.
    public var isHeld: Bool { isRunning && (state == "T" || state == "t") }
}
