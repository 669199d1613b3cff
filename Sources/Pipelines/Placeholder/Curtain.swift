import Synchronization

/// Who is on: the guest's picture or a placeholder. Two threads publish to one stream, and no placeholder may follow the
/// picture that has come back.
///
/// The curtain falls on the guest's last frame and rises with its next one. Frames pass on the capture's thread: that
/// takes no lock while the curtain is up.
final class Curtain: Sendable {
    /// What becomes of a source's frame.
    enum Entry: Sendable, Equatable {
        /// The source has been replaced.
        case refused
        /// Others were on before it: what watches needs a keyframe.
        case first
        /// One of many.
        case ordinary
    }

    private struct State {
        var source: UInt64 = 0
        var act: UInt64 = 0
        var isDown = false
    }

    /// The source that is on; 0 while none is, or while the next frame is a first one.
    private let playing = Atomic<UInt64>(0)
    private let state = Mutex(State())

    /// Whether a placeholder is on.
    var isDown: Bool { state.withLock { $0.isDown } }

    /// Another source: only its frames are let in from here on.
    ///
    /// - Returns: what the source calls itself.
    func change() -> UInt64 {
        state.withLock { state in
            state.source += 1
            playing.store(0, ordering: .relaxed)
            return state.source
        }
    }

    /// Whether no other source has come since.
    func isTurn(of source: UInt64) -> Bool { state.withLock { $0.source == source } }

    /// Notes a frame of a source, which raises the curtain.
    func enter(_ source: UInt64) -> Entry {
        if playing.load(ordering: .acquiring) == source { return .ordinary }
        return state.withLock { state in
            guard state.source == source else { return .refused }
            state.isDown = false
            playing.store(source, ordering: .releasing)
            return .first
        }
    }

    /// Lowers the curtain for a placeholder.
    ///
    /// - Returns: what the placeholder calls itself.
    func lower() -> UInt64 {
        state.withLock { state in
            state.isDown = true
            state.act += 1
            playing.store(0, ordering: .relaxed)
            return state.act
        }
    }

    /// Shows a placeholder unless the guest's picture or another placeholder has taken its place. A frame of the
    /// guest's waits for that, so `body` must be short.
    ///
    /// - Returns: whether it was shown.
    func perform(_ act: UInt64, _ body: () -> Void) -> Bool {
        state.withLock { state in
            guard state.isDown, state.act == act else { return false }
            body()
            return true
        }
    }
}
