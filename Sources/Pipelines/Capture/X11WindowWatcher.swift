import CX11
import Foundation
import Synchronization

/// Follows the guest's window on one display: QEMU resizes it with every mode switch of the guest.
///
/// A thread of its own waits for X events: xcb has no other way to wait, and the wait may be long.
final class X11WindowWatcher: Sendable {
    /// The guest's window, whenever it changed; nil while there is none. The newest value is kept. Ends when the
    /// X server goes or `stop()` is called.
    let regions: AsyncStream<CaptureRegion?>
    private let wake: Int32
    private let finished = AsyncStream.makeStream(of: Void.self)

    /// Starts watching.
    ///
    /// - Throws: `CaptureError.displayUnreachable`.
    init(display: String) throws(CaptureError) {
        let connection = try X11Connection(display: display)
        wake = eventfd(0, Int32(EFD_CLOEXEC))
        let (stream, continuation) = AsyncStream.makeStream(
            of: CaptureRegion?.self, bufferingPolicy: .bufferingNewest(1))
        regions = stream
        let done = finished.continuation
        let wake = wake
        let thread = Thread {
            connection.watchTopLevelWindows()
            Self.follow(connection, wake: wake, continuation)
            continuation.finish()
            done.finish()
        }
        thread.name = "x11-watch"
        thread.start()
    }

    /// Ends the watch and waits for its thread.
    func stop() async {
        eventfd_write(wake, 1)
        for await _ in finished.stream {}
    }

    deinit { close(wake) }

    private static func follow(
        _ connection: X11Connection, wake: Int32, _ regions: AsyncStream<CaptureRegion?>.Continuation
    ) {
        var known: CaptureRegion?? = .none
        while !connection.isBroken {
            let now = connection.largestWindow()
            if known != .some(now) {
                known = .some(now)
                regions.yield(now)
            }
            // largestWindow() may have read events into xcb's queue, for which the descriptor would not wake us.
            if connection.drainEvents() { continue }
            var waits = [
                pollfd(fd: connection.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&waits, 2, -1) >= 0 || errno == EINTR else { return }
            if waits[1].revents != 0 { return }
            _ = connection.drainEvents()
        }
    }
}
