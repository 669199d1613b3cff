import Foundation

/// One measured combination of `bench codecs`: a line of `results.csv`.
///
/// Whatever could not be measured is nil, and an empty field of the file; it is never 0.
struct CodecRow: Sendable, Equatable {
    /// What was measured, apart from what came out.
    struct Subject: Sendable, Hashable {
        /// Guests, or screens of synthetic content, that were encoded side by side.
        var replicas: Int
        /// Of the field: `h264`, `vp8`, `vp9`, `av1`, `mjpeg`.
        var codec: String
        /// GStreamer's element, such as `x264enc`.
        var encoder: String
        /// What the encoder was told about speed, such as `superfast`.
        var preset: String
        var width: Int
        var height: Int
        /// Frames per second that were asked for.
        var targetFPS: Int
        /// `guest`, a kind of synthetic content, or a file's name.
        var source: String
    }

    var subject: Subject
    /// Frames per second that were encoded, of the slowest guest.
    var fps: Double?
    /// Mean over the guests, in kbit/s.
    var bitrate: Double?
    /// Per cent of one core.
    var cpuPercentPerGuest: Double?
    /// Resident memory in MB (10^6 bytes).
    var rssMegabytesPerGuest: Double?
    /// Milliseconds from a raw frame at the encoder's door to its encoded frame.
    var encodeP50: Double?
    var encodeP95: Double?
    /// Milliseconds from the grab of a frame to that frame, decoded.
    var glassP50: Double?
    var glassP95: Double?
    /// Peak signal-to-noise ratio of the luma plane in dB, decoded against captured.
    var psnrY: Double?
    /// Structural similarity of the luma plane, 0 to 1.
    var ssim: Double?
    /// Changed frames that were due and not encoded, or encoded and not decoded, of all guests.
    var droppedFrames: Int?
    /// Processor, cores and system, without a comma.
    var machine: String
    /// Loco's.
    var version: String
    var startedAt: Date
}
