/// What one receiver decoded since it joined.
struct DecodedCounts: Sendable, Equatable {
    /// The root mean square of a packet's samples from which it counts as sound, of 32768: -56 dB.
    static let audible = 50.0

    var frames = 0
    /// Frames whose landscape differs from the one before.
    var movedFrames = 0
    /// When the newest frame was decoded, by `Runtime.now()`; nil before the first.
    var lastFrameAt: UInt64?
    /// How often each guest's number was read in the picture.
    var numbers: [Int: Int] = [:]
    /// The number read last, and how often in a row.
    var lastNumber: Int?
    var sameNumber = 0
    /// Pictures on which no number was to be read.
    var unreadable = 0
    /// Packets of sound, those with energy, and the highest level.
    var soundPackets = 0
    var audiblePackets = 0
    var loudest = 0.0
    /// When sound with energy was last decoded.
    var lastSoundAt: UInt64?

    mutating func noteNumber(_ number: Int?) {
        guard let number else {
            unreadable += 1
            return
        }
        numbers[number, default: 0] += 1
        sameNumber = number == lastNumber ? sameNumber + 1 : 1
        lastNumber = number
    }
}
