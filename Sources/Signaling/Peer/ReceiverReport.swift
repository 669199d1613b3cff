import GStreamer

/// What a viewer's newest report about one of our streams says (RFC 3550, section 6.4.1).
struct ReceiverReport: Sendable, Equatable {
    /// Which sender report it answers and how far it has received: this changes while reports arrive, and only then.
    let progress: [Int64]
    /// The part of packets lost since the report before, 0...1.
    let loss: Double
    /// Round trip in milliseconds; nil before the viewer has answered a sender report.
    let roundTrip: Double?
    /// Interarrival jitter in milliseconds; nil where the stream's clock is not known.
    let jitter: Double?

    /// Reads `webrtcbin`'s statistics of one source; nil where no report has come.
    init?(_ source: Structure) {
        progress = ["rb-lsr", "rb-dlsr", "rb-exthighestseq"].compactMap { source[$0]?.integer }
        guard !progress.allSatisfy({ $0 == 0 }) else { return nil }
        // 8 bits of fraction.
        loss = Double(source["rb-fractionlost"]?.integer ?? 0) / 256
        // 16.16 seconds; 0 is "not known".
        let units = source["rb-round-trip"]?.integer ?? 0
        roundTrip = units > 0 ? Double(units) / 65536 * 1000 : nil
        let clock = source["clock-rate"]?.integer ?? 0
        jitter = clock > 0 ? Double(source["rb-jitter"]?.integer ?? 0) / Double(clock) * 1000 : nil
    }

    init(progress: [Int64], loss: Double, roundTrip: Double?, jitter: Double? = nil) {
        self.progress = progress
        self.loss = loss
        self.roundTrip = roundTrip
        self.jitter = jitter
    }
}
