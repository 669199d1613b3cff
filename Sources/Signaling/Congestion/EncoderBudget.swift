import Foundation

/// The bitrate of an encoder that several viewers share.
enum EncoderBudget {
    /// What a viewer's sound takes: Opus at 64 kbit/s in packets of 10 ms, each with some 45 bytes of IP, UDP, RTP and SRTP;
    /// bits per second.
    static let sound = 100_000
    /// Changes smaller than this part are not worth unsettling the encoder's rate control.
    static let smallestStep = 0.05
    /// The steepest rise, times per second: a picture that improves faster than paths prove themselves overshoots.
    static let steepestRise = 1.25

    /// Bits per second to set, from what is set now.
    ///
    /// The viewer with the best path decides: one with a bad path is sent a smaller rendition instead of lowering
    /// everybody's. `estimates` are the viewers' ``BandwidthEstimator/sendingRate``; without viewers nothing changes. `sinceChange` is
    /// the time since the bitrate last changed, nanoseconds.
    static func bitrate(
        current: Int, estimates: [Int], range: ClosedRange<Int>, sinceChange: UInt64
    ) -> Int {
        let inRange = min(max(current, range.lowerBound), range.upperBound)
        guard inRange == current, let best = estimates.max() else { return inRange }
        let wanted = min(max(best - sound, range.lowerBound), range.upperBound)
        let seconds = min(Double(sinceChange) / 1e9, 1)
        let next = min(wanted, Int(Double(current) * pow(steepestRise, seconds)))
        return Double(abs(next - current)) < Double(current) * smallestStep ? current : next
    }
}
