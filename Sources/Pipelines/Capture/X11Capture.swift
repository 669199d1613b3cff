import Foundation
import GStreamer
import Logging

/// Captures the guest's window from an X display as soon as something was drawn in it, following it through mode
/// switches. Encoders and viewers live in pipelines of their own and only see the frame size change.
public actor X11Capture: ScreenCapture {
    private let display: String
    private let nominalRate: Int
    private let observer: CaptureObserver
    private let logger: Logger
    private let usesDamage: Bool
    private let sharesMemory: Bool
    private let control: CaptureControl
    private var finished: AsyncStream<Void>?

    /// A capture that does nothing until started.
    ///
    /// - Parameters:
    ///   - display: the X display, such as `:7`.
    ///   - rate: frames per second; what the frames' capabilities say also while they come slower, since encoders would
    ///     start anew if that changed.
    ///   - observer: sees every grab.
    public init(display: String, rate: Int, logger: Logger, observer: @escaping CaptureObserver) {
        self.init(
            display: display, rate: rate, logger: logger, usesDamage: true, sharesMemory: true, observer: observer)
    }

    /// - Parameters:
    ///   - usesDamage: false captures at a fixed tick.
    ///   - sharesMemory: false reads pictures through the connection.
    init(
        display: String, rate: Int, logger: Logger, usesDamage: Bool, sharesMemory: Bool,
        observer: @escaping CaptureObserver
    ) {
        var logger = logger
        logger[metadataKey: "display"] = "\(display)"
        self.display = display
        self.logger = logger
        self.observer = observer
        self.usesDamage = usesDamage
        self.sharesMemory = sharesMemory
        nominalRate = rate
        control = CaptureControl(rate: rate)
    }

    /// Watches the display and captures the guest's window; see ``ScreenCapture/start(frames:sizes:)``.
    ///
    /// - Throws: `CaptureError` where the display cannot be opened or its pixels cannot be read.
    public func start(
        frames: @escaping @Sendable (consuming Sample) -> Void, sizes: @escaping @Sendable (FrameSize) -> Void
    ) async throws {
        let grabber = X11Grabber(
            connection: try X11Connection(display: display, control: control, sharesMemory: sharesMemory),
            control: control,
            output: CaptureOutput(nominalRate: nominalRate, observer: observer, frames: frames, sizes: sizes),
            usesDamage: usesDamage, logger: logger)
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        finished = stream
        let thread = Thread {
            // From within: a name given before the start never reaches the kernel, and with it `top`.
            Thread.current.name = "x11-capture"
            grabber.run()
            continuation.finish()
        }
        thread.start()
    }

    /// Changes the rate of a running capture without a gap.
    public func setRate(_ framesPerSecond: Int) { control.rate = framesPerSecond }

    /// See ``ScreenCapture/passFrame(at:)``.
    public nonisolated func passFrame(at time: UInt64) { control.passFrame(at: time) }

    /// Stops capturing, waits for the thread and releases everything. A capture is not started again.
    public func stop() async {
        control.stop()
        guard let finished else { return }
        for await _ in finished {}
        self.finished = nil
    }
}
