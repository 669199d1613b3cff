import Foundation
import Synchronization

/// Whether the user asked for an early end, by SIGINT or SIGTERM.
enum StopRequest {
    fileprivate static let raised = Atomic<Bool>(false)

    static var isRaised: Bool { raised.load(ordering: .relaxed) }

    /// Takes both signals over. A handler rather than "ignore": children would inherit that.
    static func install() {
        // Made before a handler needs it: the first use of a static property takes a lock.
        _ = isRaised
        signal(SIGINT, noteStopRequest)
        signal(SIGTERM, noteStopRequest)
        noBrokenPipes()
    }

    /// Lets a write to a child that has ended fail instead of ending this program.
    static func noBrokenPipes() { signal(SIGPIPE, noteNothing) }
}

// File-scope: runs on whatever thread the signal interrupts, and does nothing but store.
private func noteStopRequest(number: Int32) { StopRequest.raised.store(true, ordering: .relaxed) }

private func noteNothing(number: Int32) {}
