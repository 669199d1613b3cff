import Foundation
import GStreamer

/// A viewer of one guest, in this process.
actor Viewer {
    nonisolated let instance: String
    nonisolated let receiver: Receiver
    nonisolated var meter: RTPMeter { receiver.meter }
    private let hub: HubClient
    private let rendition: String?
    private let addresses: [String]
    private var session: String?

    /// - Parameters:
    ///   - rendition: what to ask for; nil for what the node sends by itself.
    ///   - addresses: local ones to offer.
    init(
        of instance: String, hub: HubClient, codec: VideoCodec = .h264, rendition: String? = nil,
        addresses: [String] = ["127.0.0.1"]
    ) throws {
        self.instance = instance
        self.hub = hub
        self.rendition = rendition
        self.addresses = addresses
        receiver = try Receiver(name: instance, codec: codec)
    }

    /// Joins and waits for the first complete frame.
    ///
    /// - Parameter log: the node's log, for the error.
    @discardableResult
    func join(log: String) async throws -> JoinTimes {
        let offer = try await receiver.makeOffer(on: addresses)
        let start = Runtime.now()
        let reply = try await hub.offer(offer, to: instance, rendition: rendition)
        let answered = Runtime.now()
        session = reply.session
        try await receiver.accept(reply.answer)
        let limit = 15
        try await Patience.wait(seconds: limit) {
            meter.firstFrameAt != nil
        } otherwise: {
            .noVideo(instance: instance, seconds: limit, log: log)
        }
        return JoinTimes(
            answer: Self.milliseconds(start, answered),
            firstVideo: Self.milliseconds(start, meter.firstVideoAt ?? Runtime.now()),
            firstFrame: Self.milliseconds(start, meter.firstFrameAt ?? Runtime.now()))
    }

    /// Waits for a message of that type on the data channel.
    ///
    /// - Returns: the newest one; nil where none comes in time.
    func message(_ type: String, within seconds: Int = 5) async throws -> NodeMessage? {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            if let newest = receiver.inbox.messages(type: type).last { return newest.message }
            guard ContinuousClock.now < deadline else { return nil }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// How this viewer's RTP timestamps are made.
    ///
    /// - Returns: nil where the node does not tell.
    func clock() async throws -> NodeClock? { try await message("hello").flatMap { NodeClock($0) } }

    /// Ends the session at the node and this side of it. Safe to call in any state.
    ///
    /// - Throws: what the hub says against it; this side is down all the same.
    func leave() async throws {
        let ended: Result<Void, any Error>
        do {
            if let session { try await hub.end(session: session) }
            ended = .success(())
        } catch { ended = .failure(error) }
        session = nil
        await receiver.stop()
        try ended.get()
    }

    private static func milliseconds(_ start: UInt64, _ end: UInt64) -> Double {
        end > start ? Double(end - start) / 1e6 : 0
    }
}
