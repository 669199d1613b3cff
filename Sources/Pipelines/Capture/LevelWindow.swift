import Foundation

/// Gathers interleaved 16-bit stereo and tells how loud each interval of it was.
struct LevelWindow {
    /// Frames per interval: 100 ms at 48 kHz.
    static let length = 4800
    private static let fullScale = 32768.0

    private var frames = 0
    private var squares: (left: UInt64, right: UInt64) = (0, 0)
    private var peak: Int32 = 0

    /// Adds whole frames.
    ///
    /// - Returns: the level, once an interval is complete.
    mutating func add(_ bytes: UnsafeRawBufferPointer, isSilent: Bool) -> AudioLevel? {
        let samples = bytes.assumingMemoryBound(to: Int16.self)
        if !isSilent { measure(samples) }
        frames += samples.count / 2
        guard frames >= Self.length else { return nil }
        let mean = Double(max(squares.left, squares.right)) / Double(frames)
        let level = AudioLevel(
            rms: Self.decibels(mean.squareRoot() / Self.fullScale), peak: Self.decibels(Double(peak) / Self.fullScale))
        self = LevelWindow()
        return level
    }

    private mutating func measure(_ samples: UnsafeBufferPointer<Int16>) {
        var (left, right, top): (UInt64, UInt64, Int32) = (0, 0, 0)
        var index = 0
        while index + 1 < samples.count {
            let (one, other) = (Int32(samples[index]), Int32(samples[index + 1]))
            left &+= UInt64(UInt32(bitPattern: one &* one))
            right &+= UInt64(UInt32(bitPattern: other &* other))
            top = max(top, abs(one), abs(other))
            index += 2
        }
        squares.left &+= left
        squares.right &+= right
        peak = max(peak, top)
    }

    private static func decibels(_ ratio: Double) -> Double { ratio > 0 ? 20 * log10(ratio) : -.infinity }
}
