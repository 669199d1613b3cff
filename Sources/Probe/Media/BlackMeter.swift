import Synchronization

/// Knows whether the picture is black, from a summary of each frame that changed.
///
/// A frame that did not change needs no record: it is as black as the one before. One thread records (the capture's),
/// any thread reads. Recording is at most two atomic stores: no lock, no allocation, no system call.
public final class BlackMeter: Sendable {
    /// What the meter says at one moment.
    public struct Reading: Sendable, Equatable, Codable {
        /// Nothing can be seen on the screen.
        public let isBlack: Bool
        /// Seconds for which that has been so; 0 while there is something to see.
        public let blackFor: Double
        /// Mean luma of the last frame that changed, 0...255.
        public let meanLuma: Int
        /// Its brightest luma, 0...255.
        public let maxLuma: Int
    }

    /// The brightest luma, full range, of a picture that counts as black: what a dark room lets nobody see. A cursor on
    /// an empty text screen is far above it.
    public static let limit: UInt8 = 24

    /// The last summary: bit 16 set once there is one, the brightest above the mean.
    private let luma = Atomic<UInt64>(0)
    /// When the picture became black; 0 while it is not.
    private let since = Atomic<UInt64>(0)

    /// A meter that has seen nothing.
    public init() {}

    /// Notes a frame that changed.
    ///
    /// - Parameters:
    ///   - meanLuma: of the frame or of samples of it, full range.
    ///   - maxLuma: of the same.
    ///   - nanoseconds: on a monotonic clock, the same one as `reading(at:)`'s.
    public func record(meanLuma: UInt8, maxLuma: UInt8, at nanoseconds: UInt64) {
        if maxLuma > Self.limit {
            since.store(0, ordering: .relaxed)
        } else if since.load(ordering: .relaxed) == 0 {
            since.store(max(nanoseconds, 1), ordering: .relaxed)
        }
        luma.store(1 << 16 | UInt64(maxLuma) << 8 | UInt64(meanLuma), ordering: .releasing)
    }

    /// Forgets what it saw: the picture's source is gone, and what comes next may be another.
    public func reset() {
        luma.store(0, ordering: .releasing)
        since.store(0, ordering: .relaxed)
    }

    /// The picture now; nil before the first frame.
    public func reading(at now: UInt64) -> Reading? {
        let summary = luma.load(ordering: .acquiring)
        guard summary != 0 else { return nil }
        let begin = since.load(ordering: .relaxed)
        return Reading(
            isBlack: begin > 0, blackFor: begin > 0 && now > begin ? Double(now - begin) / 1e9 : 0,
            meanLuma: Int(summary & 0xff), maxLuma: Int(summary >> 8 & 0xff))
    }
}
