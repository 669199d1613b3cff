/// How the guest's sound is laid out from QEMU to Opus: interleaved signed 16-bit integers, little endian, stereo at
/// Opus's own rate, so that nothing is resampled.
enum SoundFormat {
    /// Frames per second.
    static let rate = 48_000
    /// Samples per frame.
    static let channels = 2
    /// Bytes per frame.
    static let frameSize = 2 * channels
    /// Bytes in an Opus packet of 10 ms.
    static let packetSize = rate / 100 * frameSize
}
