/// What a viewer's newest report about one of our streams says (RFC 3550, section 6.4.1).
struct ReceiverReport: Sendable, Equatable {
    /// Which sender report it answers and how far it has received: this changes while reports arrive, and only then.
    let progress: [UInt32]
    /// The part of packets lost since the report before, 0...1.
    let loss: Double
    /// Round trip in milliseconds; nil before the viewer has answered a sender report.
    let roundTrip: Double?
    /// Interarrival jitter in milliseconds.
    let jitter: Double?

    /// Understands a report that arrived at that time.
    ///
    /// - Parameters:
    ///   - clock: units of the stream's clock in a second.
    ///   - now: the middle 32 bits of the NTP timestamp.
    init(_ block: ReportBlock, clock: Int, at now: UInt32) {
        progress = [block.lastSenderReport, block.sinceSenderReport, block.highest]
        loss = Double(block.fractionLost) / 256
        // A negative one is a clock that was set in between.
        let units = Int32(bitPattern: now &- block.lastSenderReport &- block.sinceSenderReport)
        roundTrip = block.lastSenderReport != 0 && units >= 0 ? Double(units) / 65536 * 1000 : nil
        jitter = Double(block.jitter) / Double(clock) * 1000
    }

    init(progress: [UInt32], loss: Double, roundTrip: Double?, jitter: Double? = nil) {
        self.progress = progress
        self.loss = loss
        self.roundTrip = roundTrip
        self.jitter = jitter
    }
}
