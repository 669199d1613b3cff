import Foundation
import Synchronization
import TestSupport
import Testing

@testable import GStreamer

@Suite("Feed queues", .serialized, .timeLimit(.minutes(1)))
struct FeedQueueTests {
    init() throws { try Runtime.start() }

    /// A queue, and what was carried from it.
    private final class Line: Sendable {
        let queue: FeedQueue
        private let log: Log

        private final class Log: Sendable { let arrivals = Mutex<[UInt64]>([]) }

        /// The samples' times.
        var arrivals: [UInt64] { log.arrivals.withLock { $0 } }

        /// - Parameter gate: what each sample waits for, once noted.
        init(_ crew: FeedCrew, gate: DispatchSemaphore? = nil) {
            queue = FeedQueue(crew: crew)
            let log = Log()
            self.log = log
            queue.open { sample in
                log.arrivals.withLock { $0.append(sample.timestamp ?? .max) }
                gate?.wait()
            }
        }

        func push(_ time: UInt64) -> Bool { queue.push(Self.sample(time)) }

        static func sample(_ time: UInt64) -> Sample {
            let byte = UnsafeMutableRawBufferPointer.allocate(byteCount: 1, alignment: 1)
            defer { byte.deallocate() }
            byte[0] = 1
            return SampleFormat(Caps("test/one")).sample(copying: .init(byte), at: time, duration: 1)
        }
    }

    @Test("Samples are carried in their order, from the opening to the end, and nothing is left behind")
    func order() async throws {
        let before = LiveObjects.count
        do {
            let line = Line(FeedCrew(name: "test-feed", width: 2))
            for time in 0..<100 as Range<UInt64> { #expect(line.push(time)) }
            try await eventually("all") { (line.arrivals.count == 100, "\(line.arrivals.count)") }
            #expect(line.arrivals == Array(0..<100))
            #expect(line.queue.queued == 0)
            line.queue.close()
            #expect(!line.push(100))
            let unopened = FeedQueue().push(Line.sample(1))
            #expect(!unopened)
        }
        try await eventually("all objects gone") { (LiveObjects.count == before, "\(LiveObjects.count - before) left") }
    }

    @Test("Nobody is called before all queues have got theirs, and then all is carried")
    func gathered() async throws {
        let crew = FeedCrew(name: "test-feed", width: 2)
        var lines: [Line] = []
        for _ in 0..<3 { lines.append(Line(crew)) }
        crew.gather {
            for line in lines {
                #expect(line.push(7))
                // Long enough for a thread that was called.
                usleep(20_000)
                #expect(line.arrivals.isEmpty && crew.threads == 0)
            }
        }
        try await eventually("all") { (lines.allSatisfy { $0.arrivals == [7] }, "\(lines.map(\.arrivals))") }
        for line in lines { line.queue.close() }
    }

    @Test("Viewers that block hold up no other, and threads come back when they go on", arguments: [1, 2])
    func blocked(width: Int) async throws {
        let crew = FeedCrew(name: "test-feed", width: width)
        let gate = DispatchSemaphore(value: 0)
        var stuck: [Line] = []
        for _ in 0..<3 { stuck.append(Line(crew, gate: gate)) }
        let free = Line(crew)
        for time in 0..<50 as Range<UInt64> {
            for line in stuck where time < 3 { #expect(line.push(time)) }
            #expect(free.push(time))
            try await Task.sleep(for: .milliseconds(5))
        }
        try await eventually("what the others hold up") { (free.arrivals.count == 50, "\(free.arrivals.count)") }
        #expect(free.arrivals == Array(0..<50))
        // Each is with its first sample; the rest waits, and can be counted.
        for line in stuck {
            #expect(line.arrivals.count == 1)
            #expect(line.queue.queued == 2)
        }
        for _ in 0..<9 { gate.signal() }
        for line in stuck {
            try await eventually("what was held up") { (line.arrivals.count == 3, "\(line.arrivals.count)") }
        }
        try await eventually("spare threads gone") { (crew.threads <= width, "\(crew.threads)") }
        for line in stuck + [free] { line.queue.close() }
    }

    @Test("Many queues are served by few threads, each in its order")
    func many() async throws {
        let crew = FeedCrew(name: "test-feed", width: 2)
        var lines: [Line] = []
        for _ in 0..<24 { lines.append(Line(crew)) }
        let feeders = lines.map { line in
            Thread { for time in 0..<200 as Range<UInt64> { _ = line.push(time) } }
        }
        for feeder in feeders { feeder.start() }
        for line in lines {
            try await eventually("all") { (line.arrivals.count == 200, "\(line.arrivals.count)") }
            #expect(line.arrivals == Array(0..<200))
        }
        try await eventually("two threads at most") { (crew.threads <= 2, "\(crew.threads)") }
        for line in lines { line.queue.close() }
    }
}
