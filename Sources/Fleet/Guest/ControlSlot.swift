import Synchronization

/// The control connection of the QEMU that runs now, readable from any thread.
final class ControlSlot: Sendable {
    private let current = Mutex<QMPClient?>(nil)

    var client: QMPClient? { current.withLock { $0 } }

    func set(_ client: QMPClient?) {
        current.withLock { $0 = client }
    }
}
