import Synchronization

/// The control connection of the QEMU that runs now, and the way of input to it, from any thread.
final class ControlSlot: Sendable {
    private struct Input {
        let events: [InputEvent]
        let onTaken: (@Sendable (UInt64) -> Void)?
    }

    private struct State {
        var client: QMPClient?
        /// Input that waits for the next QEMU while the guest is handed over; nil at other times.
        var held: [Input]?
    }

    /// Far more than a person sends while a guest is handed over, which takes a fraction of a second.
    private static let limit = 256
    private let state = Mutex(State())

    var client: QMPClient? { state.withLock { $0.client } }

    /// Another connection, or none. Held input goes to it.
    func set(_ client: QMPClient?) {
        state.withLock { state in
            state.client = client
            Self.release(&state)
        }
    }

    /// Keeps input back: a QEMU that has stopped to hand its guest over would forget it, and with it a key's release.
    func hold() {
        state.withLock { state in state.held = state.held ?? [] }
    }

    /// Sends what was kept back.
    func release() {
        state.withLock { Self.release(&$0) }
    }

    private static func release(_ state: inout State) {
        // Under the lock, so that newer input cannot overtake it; posting hands over to the event loop and returns.
        for input in state.held ?? [] { state.client?.post(input.events, onTaken: input.onTaken) }
        state.held = nil
    }

    /// Sends input, or keeps it back.
    ///
    /// - Returns: false when QEMU is down and the input is dropped.
    func post(_ events: [InputEvent], onTaken: (@Sendable (UInt64) -> Void)?) -> Bool {
        state.withLock { state in
            guard let client = state.client, client.isOpen else { return false }
            guard let count = state.held?.count else {
                client.post(events, onTaken: onTaken)
                return true
            }
            guard count < Self.limit else { return false }
            state.held?.append(Input(events: events, onTaken: onTaken))
            return true
        }
    }
}
