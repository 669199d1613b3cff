import GStreamer
import Synchronization

/// Collects keyframe requests of many viewers into few keyframes: at most one per half second and encoder.
///
/// Lock-free, because requests come from pad probes.
final class KeyframeDemand: Sendable {
    /// The shortest time between two forced keyframes, in nanoseconds.
    static let interval: UInt64 = 500_000_000

    private let wanted = Atomic<Bool>(false)
    private let last = Atomic<UInt64>(0)
    private let onRequest: @Sendable (_ due: UInt64) -> Void

    /// - Parameter onRequest: gets the time in nanoseconds from which the next frame should be a keyframe; that frame
    ///   has to reach the encoder even if nothing changed.
    init(onRequest: @escaping @Sendable (_ due: UInt64) -> Void) { self.onRequest = onRequest }

    /// Asks for a keyframe.
    ///
    /// - Parameter atOnce: for a viewer who is alone: there is nobody to spare a keyframe that follows the last closely.
    func request(atOnce: Bool = false) {
        if atOnce { last.store(0, ordering: .relaxed) }
        wanted.store(true, ordering: .releasing)
        onRequest(last.load(ordering: .relaxed) + Self.interval)
    }

    /// Whether the frame of that time should be a keyframe; if so, the demand is met.
    func take(at now: UInt64) -> Bool {
        guard wanted.load(ordering: .acquiring), now >= last.load(ordering: .relaxed) + Self.interval else {
            return false
        }
        wanted.store(false, ordering: .relaxed)
        last.store(now, ordering: .relaxed)
        return true
    }
}
