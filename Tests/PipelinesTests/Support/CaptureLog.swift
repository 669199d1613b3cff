import GStreamer
import Pipelines
import Synchronization

/// Notes everything that a capture tells.
final class CaptureLog: Sendable {
    struct Grab: Sendable {
        let time: UInt64
        let changed: Bool
        let timing: CaptureTiming
    }

    /// A frame that was passed on.
    struct Frame: Sendable {
        let time: UInt64
        let size: FrameSize?
        /// The brightness of its first pixel.
        let luma: UInt8?
    }

    private struct State {
        var grabs: [Grab] = []
        var frames: [Frame] = []
        var sizes: [FrameSize] = []
        var states: [CaptureState] = []
    }

    private let state = Mutex(State())

    var grabs: [Grab] { state.withLock { $0.grabs } }
    var changes: [Grab] { grabs.filter(\.changed) }
    var frames: [Frame] { state.withLock { $0.frames } }
    var sizes: [FrameSize] { state.withLock { $0.sizes } }

    var states: [CaptureState] { state.withLock { $0.states } }

    /// To be given to a capture that tells how it fares.
    func note(_ state: CaptureState) { self.state.withLock { $0.states.append(state) } }

    /// To be given to a capture as its observer.
    func observe(_ time: UInt64, _ changed: Bool, _ timing: CaptureTiming) {
        state.withLock { $0.grabs.append(Grab(time: time, changed: changed, timing: timing)) }
    }

    /// Starts a capture whose frames and sizes are noted.
    func start(_ capture: any ScreenCapture) async throws {
        try await capture.start(
            frames: { self.note($0) }, sizes: { size in self.state.withLock { $0.sizes.append(size) } })
    }

    private func note(_ sample: consuming Sample) {
        var size: FrameSize?
        if case .int(let width)? = sample.caps?["width"], case .int(let height)? = sample.caps?["height"] {
            size = FrameSize(width: Int(width), height: Int(height))
        }
        let luma = sample.withView { $0.withBytes(\.first) } ?? nil
        let frame = Frame(time: sample.timestamp ?? 0, size: size, luma: luma)
        state.withLock { $0.frames.append(frame) }
    }
}
