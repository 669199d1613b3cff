import CX11
import Foundation
import Synchronization

/// What other threads tell a capture's own thread: flags, and an event descriptor that ends its wait.
final class CaptureControl: Sendable {
    /// Becomes readable when something was told.
    let descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    private let framesPerSecond: Atomic<Int>
    private let stopped = Atomic<Bool>(false)
    /// No viewer waits for a keyframe. Not `UInt64.max`: the atomic minimum of Swift 6.3 compares unsigned numbers as
    /// signed ones, for which that is the least of all.
    private static let noDemand = UInt64(Int64.max)
    /// When an unchanged frame has to pass at the latest, because a viewer waits for a keyframe.
    private let passAt = Atomic<UInt64>(noDemand)
    /// The connection's socket while it is open.
    private let socket = Mutex<Int32?>(nil)

    init(rate: Int) { framesPerSecond = Atomic(rate) }

    deinit { close(descriptor) }

    /// How often the screen may be looked at.
    var rate: Int {
        get { framesPerSecond.load(ordering: .relaxed) }
        set {
            framesPerSecond.store(newValue, ordering: .relaxed)
            eventfd_write(descriptor, 1)
        }
    }

    /// Whether the thread shall end.
    var isStopped: Bool { stopped.load(ordering: .relaxed) }

    /// Ends the thread, also one that waits for the X server.
    func stop() {
        stopped.store(true, ordering: .relaxed)
        eventfd_write(descriptor, 1)
    }

    /// Makes the connection's socket known, and forgotten before it is closed.
    func use(socket: Int32?) { self.socket.withLock { $0 = socket } }

    /// Ends whatever the thread waits for in the connection, which breaks by that: for a thread that has not ended
    /// although it was told to, since some of xcb's calls wait for the server and nothing else.
    func breakConnection() { socket.withLock { if let socket = $0 { _ = shutdown(socket, Int32(SHUT_RDWR)) } } }

    /// When a frame has to pass although nothing changed.
    var frameDemandedAt: UInt64 { passAt.load(ordering: .relaxed) }

    /// Lets the first frame at or after that time pass, whether it changed or not.
    func passFrame(at time: UInt64) {
        passAt.min(time, ordering: .relaxed)
        eventfd_write(descriptor, 1)
    }

    /// Whether a frame is demanded by now; forgets the demand if so.
    func takeDemand(at now: UInt64) -> Bool {
        let demanded = passAt.load(ordering: .relaxed)
        guard now >= demanded else { return false }
        // A demand that came in between is met by the same frame only if it is due by now; otherwise it stays.
        return passAt.compareExchange(expected: demanded, desired: Self.noDemand, ordering: .relaxed).exchanged
    }

    /// Makes the descriptor unreadable again.
    func clear() {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
    }
}
