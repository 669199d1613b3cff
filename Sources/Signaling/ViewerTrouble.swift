/// Tells a bad connection from a moment's hiccup: a viewer is in trouble when what it reports is beyond a limit for
/// some seconds on end. A pure value: the time is passed in.
public struct ViewerTrouble: Sendable, Equatable {
    /// What is known of a viewer's reception; nil is not known and accuses nobody.
    public struct Reception: Sendable, Equatable {
        /// The part of packets that is lost, 0...1.
        public var loss: Double?
        /// Round trip in milliseconds.
        public var roundTrip: Double?
        /// Frames per second that the viewer decodes, as it says.
        public var decodedFps: Double?
        /// Frames per second that were sent to it meanwhile.
        public var sentFps: Double?

        /// Nothing is known.
        public init(
            loss: Double? = nil, roundTrip: Double? = nil, decodedFps: Double? = nil, sentFps: Double? = nil
        ) {
            self.loss = loss
            self.roundTrip = roundTrip
            self.decodedFps = decodedFps
            self.sentFps = sentFps
        }
    }

    /// What is beyond its limit.
    public enum Reason: String, Sendable, Codable {
        /// More than 5 % of the packets are lost.
        case loss
        /// The round trip takes more than 500 ms.
        case delay
        /// Less than half of the frames sent are decoded.
        case decoding
    }

    /// The part of packets lost from which a connection is bad.
    public static let lossLimit = 0.05
    /// The round trip in milliseconds from which a connection is bad.
    public static let roundTripLimit = 500.0
    /// How long it has to be so, in nanoseconds.
    public static let patience: UInt64 = 5_000_000_000
    /// Below that many frames per second the two ends count different frames of a nearly static picture.
    static let leastSentFps = 5.0

    /// Why the viewer is in trouble; nil while it is not.
    public private(set) var reason: Reason?
    private var since: UInt64?

    /// A viewer that is well.
    public init() {}

    /// Takes a look, at a time in nanoseconds.
    public mutating func note(_ reception: Reception, at now: UInt64) {
        guard let found = Self.judge(reception) else {
            (since, reason) = (nil, nil)
            return
        }
        let began = since ?? now
        since = began
        // Which limit it is may change; that it is bad has lasted all the same.
        if now - min(now, began) >= Self.patience { reason = found }
    }

    private static func judge(_ reception: Reception) -> Reason? {
        if let loss = reception.loss, loss > lossLimit { return .loss }
        if let roundTrip = reception.roundTrip, roundTrip > roundTripLimit { return .delay }
        if let decoded = reception.decodedFps, let sent = reception.sentFps, sent >= leastSentFps, decoded < sent / 2 {
            return .decoding
        }
        return nil
    }
}
