import GStreamer
import Pipelines
import Synchronization

/// A capture whose frames a test paints one by one, each of one brightness.
final class PaintedScreen: ScreenCapture {
    private let size: FrameSize
    private let format: SampleFormat
    private let taker = Mutex<(@Sendable (consuming Sample) -> Void)?>(nil)

    init(size: FrameSize = FrameSize(width: 160, height: 120)) {
        self.size = size
        format = SampleFormat(
            Caps(
                "video/x-raw",
                [
                    "format": "I420", "width": .int(Int32(size.width)), "height": .int(Int32(size.height)),
                    "framerate": .fraction(30, 1),
                ]))
    }

    func start(
        frames take: @escaping @Sendable (consuming Sample) -> Void, sizes: @escaping @Sendable (FrameSize) -> Void
    ) async throws {
        taker.withLock { $0 = take }
        sizes(size)
    }

    /// Paints a frame that is captured at that time.
    func paint(luma: UInt8, at time: UInt64 = Runtime.now()) {
        let picture = size.width * size.height
        let bytes = [UInt8](repeating: luma, count: picture) + [UInt8](repeating: 128, count: picture / 2)
        guard let take = taker.withLock({ $0 }) else { return }
        bytes.withUnsafeBytes { take(format.sample(copying: $0, at: time, duration: 33_333_333)) }
    }

    func setRate(_ framesPerSecond: Int) {}
    func passFrame(at time: UInt64) {}
    func stop() { taker.withLock { $0 = nil } }
}
