/// What a viewer has received since it joined.
struct RTPCounts: Sendable, Codable {
    /// Video frames: distinct RTP timestamps in a row.
    var frames: Int
    /// RTP packets of video, headers included; without SRTP, UDP and IP.
    var videoBytes: Int
    /// Likewise of audio.
    var audioBytes: Int
    /// Gaps in the sequence numbers of video, behind the jitter buffer.
    var missingVideoPackets: Int

    static let zero = RTPCounts(frames: 0, videoBytes: 0, audioBytes: 0, missingVideoPackets: 0)

    /// What came after `earlier`.
    static func - (now: RTPCounts, earlier: RTPCounts) -> RTPCounts {
        RTPCounts(
            frames: now.frames - earlier.frames, videoBytes: now.videoBytes - earlier.videoBytes,
            audioBytes: now.audioBytes - earlier.audioBytes,
            missingVideoPackets: now.missingVideoPackets - earlier.missingVideoPackets)
    }
}
