import GStreamer
import Logging

/// Captures the guest's window from an X display, following it through mode switches.
///
/// `ximagesrc` reads its geometry once, so a new size means a new, short pipeline; encoders and viewers live in
/// pipelines of their own and only see the frame size change.
public actor X11Capture: ScreenCapture {
    private let display: String
    private let gate: FrameGate
    private let logger: Logger
    private var rate: Int
    private var frames: (@Sendable (consuming Sample) -> Void)?
    private var sizes: (@Sendable (FrameSize) -> Void)?
    private var watcher: X11WindowWatcher?
    private var following: Task<Void, Never>?
    private var current: Running?

    private struct Running {
        let region: CaptureRegion
        let pipeline: Pipeline
        let filter: Element
        let probe: PadProbe
        let watch: Task<Void, Never>
    }

    /// A capture that does nothing until started.
    ///
    /// - Parameters:
    ///   - display: the X display, such as `:7`.
    ///   - rate: frames per second.
    ///   - observer: sees every frame's time in nanoseconds and whether it differs from the one before; called on
    ///     the streaming thread, where it must neither lock nor allocate.
    public init(
        display: String, rate: Int, logger: Logger,
        observer: @escaping @Sendable (_ timestamp: UInt64, _ changed: Bool) -> Void
    ) {
        self.display = display
        self.rate = rate
        self.logger = logger
        gate = FrameGate(observer: observer)
    }

    /// Watches the display and captures the guest's window; see ``ScreenCapture/start(frames:sizes:)``.
    public func start(
        frames: @escaping @Sendable (consuming Sample) -> Void, sizes: @escaping @Sendable (FrameSize) -> Void
    ) async throws {
        try Runtime.require(["ximagesrc", "videoconvert", "appsink", "capsfilter"])
        let watcher = try X11WindowWatcher(display: display)
        self.frames = frames
        self.sizes = sizes
        self.watcher = watcher
        following = Task { [weak self] in
            for await region in watcher.regions { await self?.follow(region?.evened) }
        }
    }

    /// Changes the rate of a running capture without a gap.
    public func setRate(_ framesPerSecond: Int) {
        guard framesPerSecond != rate else { return }
        rate = framesPerSecond
        guard let current else { return }
        do { try current.filter.set("caps", .caps(Self.rawCaps(rate))) } catch {
            logger.warning("capture rate unchanged: \(error)")
        }
    }

    /// See ``ScreenCapture/passFrame(at:)``.
    public nonisolated func passFrame(at time: UInt64) { gate.passFrame(at: time) }

    /// Stops capturing and releases everything.
    public func stop() async {
        following?.cancel()
        await watcher?.stop()
        await following?.value
        await end()
        (following, watcher, frames, sizes) = (nil, nil, nil, nil)
    }

    private func follow(_ region: CaptureRegion?) async {
        guard region != current?.region else { return }
        await end()
        guard let region, !Task.isCancelled else { return }
        // The window may change again while it is opened; a few tries bridge that, then the watcher's next word counts.
        for attempt in 1...5 {
            do {
                try await begin(region)
                logger.info("capturing", metadata: ["size": "\(region.size)", "display": "\(display)"])
                sizes?(region.size)
                return
            } catch {
                logger.warning(
                    "capture failed: \(error)", metadata: ["size": "\(region.size)", "attempt": "\(attempt)"])
                try? await Task.sleep(for: .milliseconds(100))
                if Task.isCancelled { return }
            }
        }
    }

    private func begin(_ region: CaptureRegion) async throws {
        guard let frames else { return }
        let source = try Element(
            "ximagesrc",
            [
                "display-name": .string(display), "use-damage": false, "show-pointer": false,
                "startx": .uint(UInt32(region.x)), "starty": .uint(UInt32(region.y)),
                "endx": .uint(UInt32(region.x + region.size.width - 1)),
                "endy": .uint(UInt32(region.y + region.size.height - 1)),
            ])
        let filter = try Element("capsfilter", ["caps": .caps(Self.rawCaps(rate))])
        let convert = try Element("videoconvert")
        let sink = try AppSink(caps: Caps("video/x-raw", ["format": "I420"]), onSample: frames)
        let pipeline = try Pipeline("capture")
        try await pipeline.chain([source, filter, convert, sink])
        let gate = gate
        gate.open()
        let probe = try filter.pad("src").probeBuffers { gate.inspect($0) }
        // A joiner may already wait, and the first frame after a mode switch must not be held back.
        gate.passFrame(at: 0)
        do { try await pipeline.play() } catch {
            probe.remove()
            gate.close()
            await pipeline.stop()
            throw error
        }
        let watch = Task { [weak self] in
            for await message in pipeline.messages {
                if case .error(let source, let text, _) = message { await self?.broke(source: source, text) }
            }
        }
        current = Running(region: region, pipeline: pipeline, filter: filter, probe: probe, watch: watch)
    }

    /// The capture's pipeline failed: the window went away in mid-grab, or the X server did. The watcher tells which;
    /// here the pipeline is only taken down, and built again when the window is still there.
    private func broke(source: String, _ text: String) async {
        logger.warning("capture interrupted: \(source): \(text)")
        let region = current?.region
        guard let running = current else { return }
        current = nil
        running.probe.remove()
        gate.close()
        await running.pipeline.stop()
        try? await Task.sleep(for: .milliseconds(200))
        if current == nil, let region, !Task.isCancelled { await follow(region) }
    }

    private func end() async {
        guard let running = current else { return }
        current = nil
        running.probe.remove()
        gate.close()
        await running.pipeline.stop()
        await running.watch.value
    }

    private static func rawCaps(_ rate: Int) -> Caps {
        Caps("video/x-raw", ["framerate": .fraction(Int32(rate), 1)])
    }
}
