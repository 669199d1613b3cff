import Foundation
import Synchronization
import TestSupport
import Testing

@testable import GStreamer

@Suite("Push sources", .serialized, .timeLimit(.minutes(1)))
struct PushSourceTests {
    init() throws { try Runtime.start() }

    /// A pipeline behind a source, and what came through it.
    private final class Line: Sendable {
        /// The sample's time and the type of its capabilities.
        struct Arrival: Sendable, Equatable {
            let time: UInt64
            let type: String
        }

        private final class Log: Sendable { let arrivals = Mutex<[Arrival]>([]) }

        let source: PushSource
        private let log = Log()
        private let pipeline: Pipeline

        var arrivals: [Arrival] { log.arrivals.withLock { $0 } }

        /// - Parameter gate: what each sample waits for, once noted.
        init(_ crew: PushCrew, gate: DispatchSemaphore? = nil) async throws {
            source = PushSource(name: "test", crew: crew)
            pipeline = try Pipeline("line")
            let (head, log) = (try Element("identity"), log)
            let sink = try AppSink { sample in
                let type = sample.caps?.structures.first?.name ?? ""
                log.arrivals.withLock { $0.append(Arrival(time: sample.timestamp ?? .max, type: type)) }
                gate?.wait()
            }
            try await pipeline.chain([head, sink])
            try source.link(to: try head.pad("sink"))
            try await pipeline.play()
        }

        func push(_ time: UInt64, as type: String = "test/one") -> Bool {
            let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1, alignment: 1)
            defer { bytes.deallocate() }
            bytes[0] = 1
            return source.push(SampleFormat(Caps(type)).sample(copying: .init(bytes), at: time, duration: 1))
        }

        func stop() async {
            source.close()
            await pipeline.stop()
        }
    }

    @Test("Samples come through in their order, behind their capabilities, and nothing is left behind")
    func order() async throws {
        let before = LiveObjects.count
        do {
            let line = try await Line(PushCrew(name: "test-feed", width: 2))
            for time in 0..<100 as Range<UInt64> { #expect(line.push(time, as: time < 60 ? "test/one" : "test/two")) }
            try await eventually("all") { (line.arrivals.count == 100, "\(line.arrivals.count)") }
            #expect(line.arrivals.map(\.time) == Array(0..<100))
            #expect(line.arrivals.allSatisfy { $0.type == ($0.time < 60 ? "test/one" : "test/two") })
            #expect(line.source.queued == 0)
            await line.stop()
            #expect(!line.push(100))
        }
        try await eventually("all objects gone") { (LiveObjects.count == before, "\(LiveObjects.count - before) left") }
    }

    @Test("Pipelines that block hold up no other, and threads come back when they go on", arguments: [1, 2])
    func blocked(width: Int) async throws {
        let crew = PushCrew(name: "test-feed", width: width)
        let gate = DispatchSemaphore(value: 0)
        var stuck: [Line] = []
        for _ in 0..<3 { stuck.append(try await Line(crew, gate: gate)) }
        let free = try await Line(crew)
        for time in 0..<50 as Range<UInt64> {
            for line in stuck where time < 3 { #expect(line.push(time)) }
            #expect(free.push(time))
            try await Task.sleep(for: .milliseconds(5))
        }
        try await eventually("what the others hold up") { (free.arrivals.count == 50, "\(free.arrivals.count)") }
        #expect(free.arrivals.map(\.time) == Array(0..<50))
        // Each is in its first push; the rest waits, and can be counted.
        for line in stuck {
            #expect(line.arrivals.count == 1)
            #expect(line.source.queued == 2)
        }
        for _ in 0..<9 { gate.signal() }
        for line in stuck {
            try await eventually("what was held up") { (line.arrivals.count == 3, "\(line.arrivals.count)") }
        }
        try await eventually("spare threads gone") { (crew.threads <= width, "\(crew.threads)") }
        for line in stuck + [free] { await line.stop() }
    }

    @Test("Many sources are served by few threads, each in its order")
    func many() async throws {
        let crew = PushCrew(name: "test-feed", width: 2)
        var lines: [Line] = []
        for _ in 0..<24 { lines.append(try await Line(crew)) }
        let feeders = lines.map { line in
            Thread { for time in 0..<200 as Range<UInt64> { _ = line.push(time) } }
        }
        for feeder in feeders { feeder.start() }
        for line in lines {
            try await eventually("all") { (line.arrivals.count == 200, "\(line.arrivals.count)") }
            #expect(line.arrivals.map(\.time) == Array(0..<200))
        }
        try await eventually("two threads at most") { (crew.threads <= 2, "\(crew.threads)") }
        for line in lines { await line.stop() }
    }
}
