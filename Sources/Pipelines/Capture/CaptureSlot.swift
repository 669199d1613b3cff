import Synchronization

/// The capture of the moment, for encoders that outlive it.
final class CaptureSlot: Sendable {
    private let capture = Mutex<(any ScreenCapture)?>(nil)

    func set(_ capture: (any ScreenCapture)?) { self.capture.withLock { $0 = capture } }

    /// Passes a keyframe's demand on; without a capture it is met by the first frame of the next one.
    func passFrame(at time: UInt64) { capture.withLock { $0 }?.passFrame(at: time) }
}
