import Foundation

/// Whether a viewer is sent the sound with in-band error correction (Opus, RFC 6716, section 2.1.7).
///
/// Protection costs quality at the same bitrate, so only those who lose packets have it.
struct AudioProtection {
    /// Loss above that for that time turns it on (part of packets; nanoseconds).
    static let high = 0.02
    static let highTime: UInt64 = 1_000_000_000
    /// Loss below that for that time turns it off.
    static let low = 0.005
    static let lowTime: UInt64 = 10_000_000_000
    /// The smoothing's time constant, seconds: one lost packet of few is no trend.
    static let smoothing = 1.0

    private var smoothed = 0.0
    private var updatedAt: UInt64?
    private var since: UInt64?

    /// Whether the protected sound is to be sent.
    private(set) var isOn = false

    /// Takes the present loss, 0...1.
    mutating func update(loss: Double, at now: UInt64) {
        let elapsed = updatedAt.map { now > $0 ? Double(now - $0) / 1e9 : 0 } ?? 0
        updatedAt = now
        smoothed += (loss - smoothed) * (1 - exp(-elapsed / Self.smoothing))
        guard isOn ? smoothed < Self.low : smoothed > Self.high else {
            since = nil
            return
        }
        let began = since ?? now
        since = began
        guard now >= began + (isOn ? Self.lowTime : Self.highTime) else { return }
        isOn.toggle()
        since = nil
    }
}
