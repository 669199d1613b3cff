import GStreamer
import Pipelines
import Synchronization
import TestSupport

/// One viewer without a network: an outlet whose pipeline notes what comes out of it.
final class Watcher: Sendable {
    /// One access unit or sound packet that arrived.
    struct Unit: Sendable {
        let receivedAt: UInt64
        let timestamp: UInt64
        let isKeyframe: Bool
        let size: Int
        let picture: FrameSize?
        let first: UInt8?
    }

    let outlet: Outlet
    let source: AppSrc
    private let pipeline: Pipeline
    private let log: Log
    private let switches: AsyncStream<Void>.Continuation
    private let settling: Task<Void, Never>

    private let complaints: Task<[String], Never>

    private final class Log: Sendable { let units = Mutex<[Unit]>([]) }

    var units: [Unit] { log.units.withLock { $0 } }

    /// - Parameter media: told when the outlet has changed over, as a session does.
    init(of media: GuestMedia? = nil, queueLimit: UInt64 = 4) async throws {
        let log = Log()
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let source = try AppSrc()
        let outlet = Outlet(source: source, queueLimit: queueLimit) { continuation.yield() }
        settling = Task { for await _ in stream { await media?.settle(outlet) } }
        let sink = try AppSink { sample in
            var picture: FrameSize?
            if let caps = sample.caps, let width = caps["width"]?.integer, let height = caps["height"]?.integer {
                picture = FrameSize(width: Int(width), height: Int(height))
            }
            let unit = Unit(
                receivedAt: Runtime.now(), timestamp: sample.timestamp ?? 0, isKeyframe: sample.isKeyframe,
                size: sample.size, picture: picture, first: sample.withView { $0.withBytes(\.first) } ?? nil)
            log.units.withLock { $0.append(unit) }
        }
        self.log = log
        self.source = source
        self.outlet = outlet
        switches = continuation
        let pipeline = try Pipeline("watcher")
        self.pipeline = pipeline
        complaints = Task {
            var texts: [String] = []
            for await message in pipeline.messages {
                switch message {
                case .error(_, let text, _), .warning(_, let text): texts.append(text)
                default: break
                }
            }
            return texts
        }
        try await pipeline.chain([source, sink])
        try await pipeline.play()
    }

    /// Waits for so many units beyond those that are there.
    func more(_ count: Int, within limit: Duration = .seconds(10)) async throws {
        let start = units.count
        try await eventually("\(count) more units", within: limit) {
            (units.count >= start + count, "\(units.count - start) arrived")
        }
    }

    /// The longest time between two arrivals from that moment on, in milliseconds.
    func longestGap(since start: UInt64) -> Double {
        let times = units.map(\.receivedAt).filter { $0 >= start }
        return zip(times, times.dropFirst()).map { Double($1 - $0) / 1e6 }.max() ?? .infinity
    }

    /// - Returns: what the viewer's pipeline complained of.
    @discardableResult
    func stop() async -> [String] {
        switches.finish()
        await settling.value
        await pipeline.stop()
        return await complaints.value
    }
}
