/// How a viewer's connection is, from its own reports (RTCP, browser statistics). nil is "not measured".
public struct ViewerQuality: Sendable, Equatable, Codable {
    /// The share of packets lost since the report before, 0...1.
    public var loss: Double?
    /// Round trip in seconds.
    public var roundTrip: Double?
    /// Frames per second that it decodes.
    public var decodedFps: Double?
    /// Frames per second that are sent to it.
    public var sentFps: Double?
    /// Interarrival jitter in seconds; it shows where delay comes from and accuses nobody by itself.
    public var jitter: Double?

    /// The limits, all of them.
    public enum Limit {
        /// The share of lost packets from which a picture visibly suffers.
        public static let loss = 0.05
        /// The round trip in seconds from which nobody can play.
        public static let roundTrip = 0.5
        /// The share of the frames sent that must be decoded.
        public static let decoded = 0.5
        /// Frames per second sent below which a share of them says nothing: a static screen's floor.
        public static let sentFps = 4.0
        /// Seconds that it must last before it counts.
        public static let hold = 5.0
        /// Seconds of good reports that end it.
        public static let relief = 2.5
        /// Seconds after which a report says nothing about now.
        public static let validity = 10.0
    }

    /// What a viewer reported.
    public init(
        loss: Double? = nil, roundTrip: Double? = nil, decodedFps: Double? = nil, sentFps: Double? = nil,
        jitter: Double? = nil
    ) {
        self.loss = loss
        self.roundTrip = roundTrip
        self.decodedFps = decodedFps
        self.sentFps = sentFps
        self.jitter = jitter
    }

    /// The limits that it breaks, the worst for the viewer first.
    public func troubles(viewer: String) -> [ViewerTrouble] {
        var result: [ViewerTrouble] = []
        if let loss, loss > Limit.loss {
            result.append(.init(viewer: viewer, kind: .loss, measured: loss, limit: Limit.loss))
        }
        if let roundTrip, roundTrip > Limit.roundTrip {
            result.append(.init(viewer: viewer, kind: .roundTrip, measured: roundTrip, limit: Limit.roundTrip))
        }
        if let decodedFps, let sentFps, sentFps >= Limit.sentFps, decodedFps < sentFps * Limit.decoded {
            result.append(
                .init(viewer: viewer, kind: .decoding, measured: decodedFps, limit: sentFps * Limit.decoded))
        }
        return result
    }
}
