import Synchronization

/// A viewer of one guest in a process of its own; this process speaks to the hub for it.
actor RemoteViewer {
    private let instance: String
    private let hub: HubClient
    private let peer: PeerProcess
    private let collected: Collected
    private var session: String?

    /// What the reports told so far.
    private final class Collected: Sendable {
        let frames = Mutex<[FrameArrival]>([])
        let counts = Mutex(RTPCounts.zero)
        let inbox = ChannelLog()

        func take(_ report: ReceiverReport) {
            frames.withLock { $0 += report.frames }
            counts.withLock { $0 = report.counts }
            for message in report.messages { inbox.append(message) }
        }
    }

    /// - Parameters:
    ///   - prefix: a program that starts it, such as `ip netns exec`.
    ///   - address: its local address for media.
    ///   - patience: milliseconds to wait for packets that are sent again.
    init(
        of instance: String, hub: HubClient, prefix: [String] = [], address: String = "127.0.0.1", patience: Int = 0
    ) throws {
        self.instance = instance
        self.hub = hub
        let collected = Collected()
        self.collected = collected
        peer = try PeerProcess(
            "a receiver", ["receiver", "--address", address, "--patience", "\(patience)"], prefix: prefix,
            onReport: { collected.take($0) })
    }

    nonisolated var frames: [FrameArrival] { collected.frames.withLock { $0 } }
    nonisolated var counts: RTPCounts { collected.counts.withLock { $0 } }
    nonisolated var inbox: ChannelLog { collected.inbox }

    /// Joins and waits for the first complete frame.
    ///
    /// - Parameter log: the node's log, for the error.
    func join(log: String) async throws {
        try await peer.start()
        let reply = try await hub.offer(try await peer.description(\.offer), to: instance)
        session = reply.session
        try await peer.tell(PeerLine(answer: reply.answer))
        let limit = 15
        try await Patience.wait(seconds: limit) {
            frames.contains(where: \.isDecodable)
        } otherwise: {
            .noVideo(instance: instance, seconds: limit, log: log)
        }
    }

    /// Halts the process where it stands, or lets it go on.
    nonisolated func halt(_ halted: Bool) { peer.halt(halted) }

    /// Ends the session and the process. A session that the node has ended by itself is no problem.
    func leave() async {
        if let session {
            do { try await hub.end(session: session) } catch BenchError.refused(_, 404, _) {} catch {
                ProgressLine.show("a viewer's session did not end: \(error.localizedDescription)")
            }
        }
        session = nil
        await peer.stop()
    }
}
