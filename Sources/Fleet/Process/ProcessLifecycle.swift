/// The state of one process or service as a pure value: events in, states out, no I/O.
public struct ProcessLifecycle: Sendable, Equatable {
    /// Something that happened to the process or was asked of it.
    public enum Event: Sendable, Equatable, CaseIterable {
        /// Somebody wants it up.
        case startRequested
        /// It is up and ready.
        case becameReady
        /// Somebody wants it down.
        case stopRequested
        /// It is gone.
        case exited
        /// It is gone and will be started again.
        case restartScheduled
        /// It is gone and will not be started again without being asked.
        case gaveUp
    }

    /// The present state.
    public private(set) var state: ProcessState

    /// Begins in `state`.
    public init(_ state: ProcessState = .stopped) {
        self.state = state
    }

    /// Applies an event.
    ///
    /// - Returns: true when the event is legal here and has been applied; false leaves the state as it was.
    @discardableResult
    public mutating func apply(_ event: Event) -> Bool {
        guard let next = Self.next(state, event) else { return false }
        state = next
        return true
    }

    private static func next(_ state: ProcessState, _ event: Event) -> ProcessState? {
        switch (state, event) {
        case (.stopped, .startRequested), (.error, .startRequested), (.restarting, .startRequested): .starting
        case (.starting, .becameReady): .running
        case (.starting, .stopRequested), (.running, .stopRequested), (.restarting, .stopRequested): .stopping
        case (.error, .stopRequested): .stopped
        case (.stopping, .exited): .stopped
        case (.starting, .exited), (.running, .exited): .error
        case (.starting, .restartScheduled), (.running, .restartScheduled), (.error, .restartScheduled): .restarting
        case (.starting, .gaveUp), (.running, .gaveUp), (.restarting, .gaveUp): .error
        default: nil
        }
    }
}
