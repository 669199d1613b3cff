import Foundation

/// What the receivers of an instance's viewers report, over all of them, and the round trip of asking for it.
struct ViewerFigures: Sendable, Equatable {
    /// Milliseconds from the hub's question to the node's answer.
    let roundTrip: Double
    /// Per cent of packets lost: the mean of the viewers that report it.
    let packetLoss: Double?
    /// Milliseconds, likewise.
    let jitter: Double?

    /// - Parameter viewers: a node's `GET /viewers`: `loss` is 0...1, `jitter` in milliseconds, both may be missing.
    init(roundTrip: Duration, viewers: JSONValue) {
        self.roundTrip = (roundTrip / .microseconds(10)).rounded() / 100
        guard case .array(let viewers) = viewers else {
            (packetLoss, jitter) = (nil, nil)
            return
        }
        let loss = Self.mean(viewers.compactMap { $0["loss"]?.number })
        packetLoss = loss.map { ($0 * 10_000).rounded() / 100 }
        jitter = Self.mean(viewers.compactMap { $0["jitter"]?.number }).map { ($0 * 100).rounded() / 100 }
    }

    private static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}
