import Fleet
import Foundation
import ServiceLifecycle

/// The hub's `/events`: what its nodes tell and what only the hub knows, for any number of readers. Each gets what is true
/// now and then what happens; one that does not keep up is cut off, comes back by itself, and is told anew what is true.
actor EventFeed: Service {
    /// What passed.
    struct Counts: Sendable, Equatable {
        var readers = 0
        var told: [String: Int] = [:]
        var cutOff = 0
        var refused = 0
    }

    /// Ends of a node's own process, of one class.
    struct NodeCrash: Sendable, Hashable, Comparable {
        let instance: InstanceID
        let crashClass: String

        static func < (left: NodeCrash, right: NodeCrash) -> Bool {
            (left.instance, left.crashClass) < (right.instance, right.crashClass)
        }
    }

    /// Most readers at a time.
    static let maxReaders = 256
    /// Events that may wait for a reader, besides the ones it is told at first.
    static let capacity = 512

    private let history: any EventHistory
    private let ids = EventIDs()
    private var readers: [Int: AsyncStream<FleetEvent>.Continuation] = [:]
    private var nextReader = 0
    private var isOver = false
    private(set) var snapshot = FleetSnapshot()
    private var tally = Counts()
    /// Ends of nodes' own processes, since the start.
    private(set) var nodeCrashes: [NodeCrash: Int] = [:]

    init(history: any EventHistory) {
        self.history = history
    }

    /// What passed, now.
    var counts: Counts {
        var counts = tally
        counts.readers = readers.count
        return counts
    }

    /// An instance's last news.
    func news(of instance: InstanceID) -> InstanceNews? { snapshot.news(of: instance) }

    /// Tells what only the hub knows.
    func tell(_ kind: FleetEvent.Kind, of instance: InstanceID) async {
        await pass(FleetEvent(id: ids.next(), instance: instance, kind: kind))
    }

    /// Repeats what a node tells, once.
    func pass(_ event: FleetEvent) async {
        guard !isOver, snapshot.take(event) else { return }
        tally.told[event.name, default: 0] += 1
        if case .crash(let crash) = event.kind, crash.service == event.instance.rawValue {
            nodeCrashes[NodeCrash(instance: event.instance, crashClass: crash.crashClass.rawValue), default: 0] += 1
        }
        for (reader, continuation) in readers {
            guard case .dropped = continuation.yield(event) else { continue }
            tally.cutOff += 1
            readers[reader] = nil
            continuation.finish()
        }
        switch event.kind {
        case .crash, .recovery, .service: await history.record(event)
        case .health, .viewer, .instance, .recording: break
        }
    }

    /// A new reader: what is true now, then what happens.
    /// - Throws: ``APIError`` 503 when there are too many.
    func subscribe() throws(APIError) -> AsyncStream<FleetEvent> {
        guard readers.count < Self.maxReaders else {
            tally.refused += 1
            throw APIError(
                .serviceUnavailable, "too-many-readers",
                "\(Self.maxReaders) readers of events are connected already; try again later",
                headers: [.retryAfter: "10"])
        }
        let first = snapshot.events
        // The oldest are kept: a gap would make the reader believe what is not true any more.
        let (stream, continuation) = AsyncStream<FleetEvent>.makeStream(
            bufferingPolicy: .bufferingOldest(first.count + Self.capacity))
        for event in first { continuation.yield(event) }
        guard !isOver else {
            continuation.finish()
            return stream
        }
        nextReader += 1
        let reader = nextReader
        readers[reader] = continuation
        continuation.onTermination = { [weak self] _ in Task { await self?.leave(reader) } }
        return stream
    }

    private func leave(_ reader: Int) { readers[reader] = nil }

    /// Lasts until graceful shutdown, which ends all readers: the server waits for their requests.
    func run() async throws {
        try? await gracefulShutdown()
        isOver = true
        for reader in readers.values { reader.finish() }
        readers = [:]
    }
}
