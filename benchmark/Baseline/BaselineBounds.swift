/// How much worse than before a figure may be.
struct BaselineBounds: Sendable, Equatable {
    /// Frames per second: change in per cent, at most 0.
    var fps: Double = -15
    /// 95th percentile of the time from capture to decoded frame: change in milliseconds.
    var latency: Double = 20
    /// CPU per guest: change in per cent.
    var cpu: Double = 10
    /// Whether rows and figures that were measured before may be absent now.
    var allowsMissing = false
}
