/// What one viewer received during the watched phase.
struct ReceivedRates: Sendable {
    let framesPerSecond: Double
    let videoKilobits: Double
    let audioKilobits: Double
    let missingVideoPackets: Int

    /// - Parameters:
    ///   - counts: what came during the phase.
    ///   - nanoseconds: the phase's length, above zero.
    init(_ counts: RTPCounts, over nanoseconds: UInt64) {
        let seconds = Double(nanoseconds) / 1e9
        framesPerSecond = Double(counts.frames) / seconds
        videoKilobits = Double(counts.videoBytes) * 8 / 1000 / seconds
        audioKilobits = Double(counts.audioBytes) * 8 / 1000 / seconds
        missingVideoPackets = counts.missingVideoPackets
    }
}
