import GStreamer
import Synchronization

/// Picks raw frames to be compared with what becomes of them, evenly over a window.
final class LumaSampler: Sendable {
    /// How many frames a window's quality is told by at most.
    static let frames: UInt64 = 12

    private let next = Mutex<(due: UInt64, interval: UInt64)?>(nil)

    /// Picks frames from now on; nanoseconds.
    func begin(over length: UInt64) { next.withLock { $0 = (Runtime.now(), length / Self.frames) } }

    func end() { next.withLock { $0 = nil } }

    /// The frame's brightness where it is picked.
    func take(_ sample: borrowing Sample, at stamp: UInt64) -> LumaPlane? {
        let isDue = next.withLock { next in
            guard let (due, interval) = next, stamp >= due else { return false }
            next = (max(due + interval, stamp), interval)
            return true
        }
        return isDue ? LumaPlane(sample) : nil
    }
}
