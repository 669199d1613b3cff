import Foundation
import GStreamer
import Logging

/// Captures the guest's window from an X display as soon as something was drawn in it, following it through mode
/// switches. Encoders and viewers live in pipelines of their own and only see the frame size change.
public actor X11Capture: ScreenCapture {
    /// How long an X server may take to greet. It takes milliseconds; one that hangs takes for ever.
    static let greetingLimit = Duration.seconds(5)
    /// How long the thread may take to end before its connection is broken, and then before it is left alone.
    private static let endLimit = Duration.seconds(1)

    private let display: String
    private let nominalRate: Int
    private let observer: CaptureObserver
    private let states: @Sendable (CaptureState) -> Void
    private let logger: Logger
    private let usesDamage: Bool
    private let sharesMemory: Bool
    private let control: CaptureControl
    private var greeted: AsyncStream<CaptureError?>.Continuation?
    private var finished: AsyncStream<Void>?

    /// A capture that does nothing until started.
    ///
    /// - Parameters:
    ///   - display: the X display, such as `:7`.
    ///   - rate: frames per second; what the frames' capabilities say also while they come slower, since encoders would
    ///     start anew if that changed.
    ///   - states: is told how the capture fares whenever that changes; called on its thread, must not wait.
    ///   - observer: sees every grab.
    public init(
        display: String, rate: Int, logger: Logger, states: @escaping @Sendable (CaptureState) -> Void = { _ in },
        observer: @escaping CaptureObserver
    ) {
        self.init(
            display: display, rate: rate, logger: logger, usesDamage: true, sharesMemory: true, states: states,
            observer: observer)
    }

    /// - Parameters:
    ///   - usesDamage: false captures at a fixed tick.
    ///   - sharesMemory: false reads pictures through the connection.
    init(
        display: String, rate: Int, logger: Logger, usesDamage: Bool, sharesMemory: Bool,
        states: @escaping @Sendable (CaptureState) -> Void = { _ in }, observer: @escaping CaptureObserver
    ) {
        var logger = logger
        logger[metadataKey: "display"] = "\(display)"
        self.display = display
        self.logger = logger
        self.states = states
        self.observer = observer
        self.usesDamage = usesDamage
        self.sharesMemory = sharesMemory
        nominalRate = rate
        control = CaptureControl(rate: rate)
    }

    /// Watches the display and captures the guest's window; see ``ScreenCapture/start(frames:sizes:)``.
    ///
    /// - Throws: `CaptureError` where the display cannot be opened or its pixels cannot be read, or where its X server
    ///   does not greet within five seconds.
    public func start(
        frames: @escaping @Sendable (consuming Sample) -> Void, sizes: @escaping @Sendable (FrameSize) -> Void
    ) async throws {
        let (greetings, greeted) = AsyncStream.makeStream(of: CaptureError?.self, bufferingPolicy: .bufferingOldest(1))
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        (self.greeted, finished) = (greeted, stream)
        let output = CaptureOutput(
            display: display, nominalRate: nominalRate, observer: observer, frames: frames, sizes: sizes,
            states: states)
        let thread = Thread { [display, control, sharesMemory, usesDamage, logger] in
            // From within: a name given before the start never reaches the kernel, and with it `top`.
            Thread.current.name = "x11-capture"
            // Here, since it waits for the server's greeting and nothing else: where that does not come, this thread
            // stays until the server ends.
            do throws(CaptureError) {
                let connection = try X11Connection(display: display, control: control, sharesMemory: sharesMemory)
                greeted.yield(nil)
                X11Grabber(
                    connection: connection, control: control, output: output, usesDamage: usesDamage, logger: logger
                ).run()
            } catch { greeted.yield(error) }
            continuation.finish()
        }
        thread.start()
        let deadline = Task { [display] in
            try await Task.sleep(for: Self.greetingLimit)
            greeted.yield(.displaySilent(display))
        }
        var failure: CaptureError? = .stopped
        for await greeting in greetings {
            failure = greeting
            break
        }
        deadline.cancel()
        self.greeted = nil
        guard let failure else { return }
        control.stop()
        throw failure
    }

    /// Changes the rate of a running capture without a gap.
    public func setRate(_ framesPerSecond: Int) { control.rate = framesPerSecond }

    /// See ``ScreenCapture/passFrame(at:)``.
    public nonisolated func passFrame(at time: UInt64) { control.passFrame(at: time) }

    /// Stops capturing, waits for the thread and releases everything. A capture is not started again.
    ///
    /// Takes two seconds at most: a thread that waits for a greeting still is left behind, and ends with its X server.
    public func stop() async {
        control.stop()
        greeted?.yield(.stopped)
        guard let finished else { return }
        self.finished = nil
        let ended = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in finished {}
                return !Task.isCancelled
            }
            group.addTask { [control] in
                do {
                    try await Task.sleep(for: Self.endLimit)
                    control.breakConnection()
                    try await Task.sleep(for: Self.endLimit)
                } catch {}
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? true
        }
        if !ended { logger.warning("the capture's thread waits for an X server that does not answer; it ends with it") }
    }

    /// Another capture of the same display; see ``ScreenCapture/renewed()``.
    public nonisolated func renewed() -> (any ScreenCapture)? {
        X11Capture(
            display: display, rate: nominalRate, logger: logger, usesDamage: usesDamage, sharesMemory: sharesMemory,
            states: states, observer: observer)
    }
}
