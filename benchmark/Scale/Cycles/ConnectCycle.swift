import GStreamer

/// One viewer that comes and goes.
struct ConnectCycle: Sendable {
    /// How it goes.
    enum Manner: Int, CaseIterable, Sendable {
        /// Before it was ever connected.
        case unconnected
        /// After its first frame, by saying so.
        case watched
        /// After its first frame, twice as often as the others.
        case watchedAgain
        /// After its first frame, without a word: its end is closed, and the session is ended later where it still is one.
        case silent
    }

    let instance: String
    let hub: HubClient
    let manner: Manner
    private static let limit = 15

    /// Comes and goes; nothing of this side is left, whatever happens.
    ///
    /// - Returns: ms from the offer to the first frame; nil where it did not wait for one.
    func run() async throws -> Double? {
        let receiver = try Receiver(name: instance, codec: .h264)
        let outcome: Result<Double?, any Error>
        do { outcome = .success(try await watch(receiver)) } catch { outcome = .failure(error) }
        await Task { await receiver.stop() }.value
        return try outcome.get()
    }

    private func watch(_ receiver: Receiver) async throws -> Double? {
        let offer = try await receiver.makeOffer()
        let start = Runtime.now()
        let reply = try await hub.offer(offer, to: instance)
        let join: Result<Double?, any Error>
        do {
            if manner == .unconnected {
                join = .success(nil)
            } else {
                try await receiver.accept(reply.answer)
                try await Patience.wait(seconds: Self.limit) {
                    receiver.meter.firstFrameAt != nil
                } otherwise: {
                    .noVideo(instance: instance, seconds: Self.limit, log: "")
                }
                join = .success(Double((receiver.meter.firstFrameAt ?? start) - start) / 1e6)
            }
        } catch { join = .failure(error) }
        if manner == .silent { await receiver.stop() }
        let hub = hub
        try await Task {
            do { try await hub.end(session: reply.session) } catch BenchError.refused(_, 404, _) {}
        }.value
        return try join.get()
    }
}
