import Pipelines
import Probe
import Synchronization

/// What looking at the guest's screen costs and brings. Recording happens on the capture's thread: atomics only.
final class CaptureMeter: Sendable {
    /// Frames per second.
    let frames = FrameMeter()
    /// From the word that the guest has drawn to the grab.
    let delay = DurationHistogram(bounds: DurationHistogram.stageBounds)
    private let spent = Atomic<UInt64>(0)

    /// Processor time that grabbing and comparing took of this process so far, in nanoseconds.
    var gateTime: UInt64 { spent.load(ordering: .relaxed) }

    /// Notes one look at the screen.
    func record(at timestamp: UInt64, changed: Bool, timing: CaptureTiming, times: StageTimes) {
        frames.record(at: timestamp, changed: changed)
        times.grab.record(timing.grab)
        if let waited = timing.damageDelay { delay.record(waited) }
        spent.wrappingAdd(timing.cpu, ordering: .relaxed)
    }
}
