import GStreamer

/// What a sender cost during some seconds, and what came of it.
struct WatchedWindow: Sendable {
    /// Per cent of one core.
    let cpu: Double
    let received: ReceivedRates
    /// In seconds.
    let length: Double
    /// Of it, the gate's and probes', by the node's own account; nil where it keeps none.
    var gatePercent: Double?

    /// CPU time for each frame that came, in ms.
    var frameCost: Double { cpu * 10 / received.framesPerSecond }

    init(_ clock: ProcessClock, _ receiver: Receiver, seconds: Int) async throws {
        let (start, counts) = (Runtime.now(), receiver.meter.counts)
        cpu = try await clock.percent(over: .seconds(seconds))
        let elapsed = Runtime.now() - start
        received = ReceivedRates(receiver.meter.counts - counts, over: elapsed)
        length = Double(elapsed) / 1e9
    }
}
