/// Where input goes: the guest.
public protocol InputSink: Sendable {
    /// Plays events in order, all or none, without waiting: nothing can come between a press and the note of who holds
    /// it.
    ///
    /// - Parameter taken: gets the time, in nanoseconds of the monotonic clock, at which the guest's machine had taken
    ///   the last of them; never called for events that were lost.
    /// - Throws: `InputError` for a key or button that the guest's machine does not have; anything else where the
    ///   guest cannot be reached.
    func send(_ events: [InputEvent], taken: (@Sendable (UInt64) -> Void)?) throws
}

/// Input that cannot be played.
public enum InputError: Error, Equatable, CustomStringConvertible {
    /// No key of that `KeyboardEvent.code` exists on the guest's keyboard.
    case unknownKey(String)
    /// The guest cannot be reached now.
    case guestUnavailable(String)

    /// The word for it in JSON errors.
    public var code: String {
        switch self {
        case .unknownKey: "unknown-key"
        case .guestUnavailable: "guest-unavailable"
        }
    }

    /// One sentence for people.
    public var description: String {
        switch self {
        case .unknownKey(let code): "no key '\(code)' on the guest's keyboard"
        case .guestUnavailable(let reason): "the guest takes no input now: \(reason)"
        }
    }
}
