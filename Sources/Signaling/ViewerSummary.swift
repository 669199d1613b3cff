import Probe

/// One viewer in the node's list.
public struct ViewerSummary: Sendable, Codable, Equatable {
    /// Quantiles in milliseconds.
    public struct Quantiles: Sendable, Codable, Equatable {
        /// The median.
        public let p50: Double
        /// What 95 of 100 do not exceed.
        public let p95: Double
        /// What 99 of 100 do not exceed.
        public let p99: Double
        /// Samples they are taken from.
        public let count: Int
    }

    /// The session's public name.
    public let id: String
    /// The video codec.
    public let codec: String
    /// Whether media flows.
    public let connected: Bool
    /// Age of the session.
    public let seconds: Double
    /// The rendition that is sent.
    public let rendition: String
    /// The rendition that the viewer wants.
    public let wanted: String
    /// What its path carries, in bits per second; nil where the viewer gives no transport-wide feedback.
    public let estimate: Int?
    /// The part of packets that is lost, 0...1, by that feedback or by receiver reports; nil before the first.
    public let loss: Double?
    /// Round trip in milliseconds, by receiver reports; nil before the first.
    public let roundTrip: Double?
    /// Interarrival jitter in milliseconds, by receiver reports; nil before the first.
    public let jitter: Double?
    /// Frames per second that the viewer says it decodes; nil where it does not tell.
    public let decodedFps: Double?
    /// Frames per second sent to it over the last look; nil before the second one.
    public let sentFps: Double?
    /// What has been wrong with its connection for some seconds; empty while it is well.
    public let troubles: [ViewerTrouble]
    /// Frames queued for its packetiser.
    public let delivered: UInt64
    /// Frames left out because its packetiser did not keep up.
    public let dropped: UInt64
    /// Packets that the node's own socket did not take: lost before the network had them.
    public let unsent: Int
    /// From its inputs to the frames that answered them; nil where it reported none.
    public let clickToPixel: Quantiles?
}
