import Foundation

/// The bare pipeline with a receiver of its own, for the time of a measurement.
enum FloorRun {
    /// Starts both, lends them once the first frame is complete, and ends both, whatever happens.
    static func with<R>(
        _ sources: GuestSources, withSound: Bool = true, _ body: (_ pid: Int32, Receiver) async throws -> R
    ) async throws -> R {
        let text = String(decoding: try JSONEncoder().encode(sources), as: UTF8.self)
        let peer = try PeerProcess(
            "the floor", ["floor", "--sources", text] + (withSound ? [] : ["--no-sound"]),
            environment: ["XAUTHORITY": sources.xauthority])
        let receiver = try Receiver(name: "floor", codec: .h264)
        let outcome: Result<R, any Error>
        do {
            try await peer.start()
            try await peer.tell(PeerLine(offer: try await receiver.makeOffer(withChannel: false)))
            try await receiver.accept(try await peer.description(\.answer))
            try await Patience.wait(seconds: 15) {
                receiver.meter.firstFrameAt != nil
            } otherwise: {
                .childFailed(what: "the floor", reason: "no video came within 15 s")
            }
            outcome = .success(try await body(peer.pid, receiver))
        } catch { outcome = .failure(error) }
        await Task {
            await receiver.stop()
            await peer.stop()
        }.value
        return try outcome.get()
    }
}
