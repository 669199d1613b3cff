import Foundation

/// What `bench content` prints: a line of JSON with the first frame, and one at the end.
struct ContentLine: Codable, Sendable, Equatable {
    /// When frame 0 was due, in nanoseconds of `CLOCK_MONOTONIC`: frame n is due n / `framesPerSecond` seconds later.
    var start: UInt64?
    var framesPerSecond: Int?
    /// Frames that were shown because they differ from the one before.
    var shown: Int?
    /// Changed frames that were left out because the ones before took too long.
    var skipped: Int?
    /// How long after they were due frames were given to the X server, in milliseconds.
    var lateP50: Double?
    var lateP95: Double?

    /// With a line's end.
    func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try encoder.encode(self) + Data("\n".utf8)
    }
}
