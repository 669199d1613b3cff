import GStreamer
import Synchronization

/// The point where raw samples meet encoders: keeps the last one, and lets encoders come and go at any time.
///
/// Publishing runs on a streaming thread; the lock is held only to copy a short list.
final class RawStream: Sendable {
    private struct State: ~Copyable {
        var encoders: [Encoder] = []
        var last: Sample?
        var showsPlaceholder = false
        /// The guest's last picture, where the last sample is a placeholder.
        var picture: Sample?
    }

    private let state = Mutex(State())
    private let keepsLast: Bool

    /// - Parameter keepsLast: whether the newest sample is kept, for snapshots and for encoders that start later.
    init(keepsLast: Bool) { self.keepsLast = keepsLast }

    /// Feeds all encoders.
    ///
    /// - Parameter isPlaceholder: the sample is none of the guest's; ``lastPicture()`` stays what it was.
    func publish(_ sample: consuming Sample, isPlaceholder: Bool = false) {
        let encoders = state.withLock { $0.encoders }
        for encoder in encoders { encoder.feed(sample) }
        guard keepsLast else { return }
        let kept = sample
        state.withLock { state in
            if isPlaceholder, !state.showsPlaceholder { state.picture = state.last.take() }
            if !isPlaceholder { state.picture = nil }
            state.showsPlaceholder = isPlaceholder
            state.last = kept.copy()
        }
    }

    /// Asks all encoders for a keyframe with the next sample, however near the last one is: another source begins.
    func requestKeyframes() {
        for encoder in state.withLock({ $0.encoders }) { encoder.requestKeyframe(atOnce: true) }
    }

    /// Whether an encoder takes samples now.
    var isEncoded: Bool { state.withLock { !$0.encoders.isEmpty } }

    func add(_ encoder: Encoder) { state.withLock { $0.encoders.append(encoder) } }

    func remove(_ encoder: Encoder) { state.withLock { $0.encoders.removeAll { $0 === encoder } } }

    /// The newest sample, or nil before the first.
    func last() -> Sample? { state.withLock { Self.copy(&$0.last) } }

    /// The guest's newest picture, or nil before the first.
    func lastPicture() -> Sample? {
        state.withLock { $0.showsPlaceholder ? Self.copy(&$0.picture) : Self.copy(&$0.last) }
    }

    private static func copy(_ held: inout Sample?) -> Sample? {
        guard let sample = held.take() else { return nil }
        let copy = sample.copy()
        held = consume sample
        return copy
    }
}
