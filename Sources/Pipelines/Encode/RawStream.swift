import GStreamer
import Synchronization

/// The point where raw samples meet encoders: keeps the last one, and lets encoders come and go at any time.
///
/// Publishing runs on a streaming thread; the lock is held only to copy a short list.
final class RawStream: Sendable {
    private struct State: ~Copyable {
        var encoders: [Encoder] = []
        var last: Sample?
    }

    private let state = Mutex(State())
    private let keepsLast: Bool

    /// - Parameter keepsLast: whether the newest sample is kept, for snapshots and for encoders that start later.
    init(keepsLast: Bool) { self.keepsLast = keepsLast }

    func publish(_ sample: consuming Sample) {
        let encoders = state.withLock { $0.encoders }
        for encoder in encoders { encoder.feed(sample) }
        guard keepsLast else { return }
        let kept = sample
        state.withLock { $0.last = kept.copy() }
    }

    /// Whether an encoder takes samples now.
    var isEncoded: Bool { state.withLock { !$0.encoders.isEmpty } }

    func add(_ encoder: Encoder) { state.withLock { $0.encoders.append(encoder) } }

    func remove(_ encoder: Encoder) { state.withLock { $0.encoders.removeAll { $0 === encoder } } }

    /// The newest sample, or nil before the first.
    func last() -> Sample? {
        state.withLock { state in
            guard let held = state.last.take() else { return nil }
            let copy = held.copy()
            state.last = consume held
            return copy
        }
    }
}
