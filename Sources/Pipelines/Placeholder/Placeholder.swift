import GStreamer
import Logging
import Probe

/// Keeps viewers company while there is no picture of the guest: publishes a notice over its last frame, again and again
/// while somebody watches and once while nobody does, until the guest's next frame.
actor Placeholder {
    /// Between two frames of a placeholder: half a second is how long a joiner waits at most whose first keyframe got
    /// lost, and a frame that repeats the last costs an encoder next to nothing.
    private static let interval = Duration.milliseconds(500)

    /// Lets the guest's frames pass.
    nonisolated let curtain = Curtain()
    private let video: RawStream
    private let framesPerSecond: Int
    private let isWatched: @Sendable () async -> Bool
    private let logger: Logger
    private var current: Notice?
    private var showing: Task<Void, Never>?

    /// - Parameters:
    ///   - video: where frames go.
    ///   - framesPerSecond: the nominal rate that frames are labelled with.
    ///   - isWatched: whether it is worth repeating them.
    init(video: RawStream, framesPerSecond: Int, logger: Logger, isWatched: @escaping @Sendable () async -> Bool) {
        self.video = video
        self.framesPerSecond = framesPerSecond
        self.logger = logger
        self.isWatched = isWatched
    }

    /// What viewers read now; nil while they see the guest.
    var notice: Notice? { curtain.isDown ? current : nil }

    /// Publishes a frame of the guest's, which ends the placeholder; on the capture's thread.
    nonisolated func giveWay(to frame: consuming Sample, of source: UInt64, _ times: StageTimes) {
        let entry = curtain.enter(source)
        guard entry != .refused else { return }
        if entry == .first { video.requestKeyframes() }
        if let grabbed = frame.timestamp { times.gate.record(from: grabbed, to: Runtime.now()) }
        video.publish(frame)
    }

    /// Shows a notice until the guest's next frame or the next notice.
    func show(_ notice: Notice) {
        guard self.notice != notice else { return }
        current = notice
        // Before anything is drawn: whatever the guest shows from here on is newer than the notice.
        let act = curtain.lower()
        showing?.cancel()
        showing = Task { [weak self] in
            guard let picture = await self?.draw(notice) else { return }
            var isFirst = true
            while !Task.isCancelled, let self {
                if isFirst {
                    video.requestKeyframes()
                } else if await !isWatched() {
                    if await pause() { continue }
                    return
                }
                isFirst = false
                guard await publish(picture, act), await pause() else { return }
            }
        }
    }

    /// Ends it.
    func stop() async {
        showing?.cancel()
        await showing?.value
        showing = nil
    }

    private func publish(_ picture: StillPicture, _ act: UInt64) -> Bool {
        curtain.perform(act) { video.publish(picture.sample.restamped(at: Runtime.now()), isPlaceholder: true) }
    }

    private nonisolated func pause() async -> Bool {
        do { try await Task.sleep(for: Self.interval) } catch { return false }
        return curtain.isDown
    }

    /// The notice as a picture, or what comes nearest to it.
    private func draw(_ notice: Notice) async -> StillPicture? {
        let start = Runtime.now()
        do {
            let picture = try await PlaceholderPicture.draw(
                notice, over: video.lastPicture(), framesPerSecond: framesPerSecond)
            logger.info(
                "showing a placeholder",
                metadata: [
                    "title": "\(notice.title)", "detail": "\(notice.detail ?? "")",
                    "drawnIn": "\((Runtime.now() - start) / 1_000_000) ms",
                ])
            return picture
        } catch {
            logger.warning("placeholder without its text \"\(notice.title)\": \(error)")
            if let last = video.lastPicture() { return StillPicture(last) }
            return try? await SingleFrame.black(PlaceholderPicture.size, framesPerSecond: framesPerSecond)
        }
    }
}
