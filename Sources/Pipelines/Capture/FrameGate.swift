import GStreamer
import Synchronization

/// Looks at every captured frame: tells changed from identical ones, reports both, and lets only those pass that are
/// worth encoding.
///
/// It runs in a pad probe, so it takes no lock and allocates nothing.
final class FrameGate: Sendable {
    /// Sees every captured frame: its time in nanoseconds and whether it differs from the one before it.
    typealias Observer = @Sendable (_ timestamp: UInt64, _ changed: Bool) -> Void

    private let observer: Observer
    /// When an unchanged frame has to pass at the latest, because a viewer waits for a keyframe. `.max`: nobody waits.
    private let passAt = Atomic<UInt64>(.max)
    private let comparison = FrameComparison()
    /// Touched by the capture's one streaming thread alone.
    nonisolated(unsafe) private var schedule = RefinementSchedule()

    init(observer: @escaping Observer) { self.observer = observer }

    /// Lets the first frame at or after that time pass, whether it changed or not.
    func passFrame(at time: UInt64) { passAt.min(time, ordering: .relaxed) }

    /// Begins with a new source of frames.
    func open() { comparison.open() }

    /// Lets go of the last frame, which belongs to its source. To be called before that stops.
    func close() { comparison.close() }

    /// Decides about one frame; called by the pad probe.
    func inspect(_ frame: borrowing BufferView) -> Pad.Verdict {
        let now = frame.timestamp ?? Runtime.now()
        let changed = comparison.differs(frame)
        observer(now, changed)
        let demanded = now >= passAt.load(ordering: .relaxed)
        if demanded { passAt.store(.max, ordering: .relaxed) }
        return schedule.passes(changed: changed, demanded: demanded, at: now) ? .pass : .drop
    }
}
