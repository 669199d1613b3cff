/// What a receiver in a process of its own tells.
struct ReceiverReport: Codable, Sendable {
    /// Since it joined.
    let counts: RTPCounts
    /// Since the last report.
    let frames: [FrameArrival]
    /// Since the last report.
    let messages: [ChannelText]
}
