import Probe

/// What a ``Trend`` keeps of one report; what was not measured is nil.
struct TrendSample: Sendable, Equatable {
    /// Frames per second that differ from the one before.
    var fps: Double?
    /// Frames per second grabbed, changed or not.
    var grabbedFps: Double?
    /// Kilobits per second that come out of all encoders, sound included.
    var kbps: Double?
    /// 0...1, linear, of the sound.
    var level: Double?
    /// Milliseconds that 95 of 100 frames take at most to encode.
    var encodeMilliseconds: Double?
    /// Sessions.
    var viewers: Int?

    /// Nothing measured.
    init() {}

    /// What a report says.
    init(_ report: HealthReport) {
        fps = report.deepHealth.video.estimatedFrameRate
        grabbedFps = report.capture?.grabbedFps
        let bitrates = report.encoders.compactMap(\.bitrate)
        kbps = bitrates.isEmpty ? nil : bitrates.reduce(0, +) / 1000
        level = report.deepHealth.audio.estimatedLevel
        encodeMilliseconds = report.deepHealth.performance.encodeMilliseconds
        viewers = report.viewers
    }
}
