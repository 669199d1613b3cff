/// The slope of the one-way delay: a least-squares line through the last bursts.
///
/// Takes the place of the Kalman filter of draft-ietf-rmcat-gcc-02, section 5.3, as in libwebrtc's
/// trendline_estimator: it needs no noise model, and its window forgets a spike for good.
struct DelayTrend {
    /// libwebrtc, trendline_estimator: window, smoothing and gain.
    static let window = 20
    static let smoothing = 0.9
    static let gain = 4.0
    /// libwebrtc, trendline_estimator: bursts until the slope has its full weight (kMinNumDeltas).
    static let fullWeight = 60

    private var count = 0
    private var accumulated = 0.0
    private var smoothed = 0.0
    private var origin: Int64 = 0
    private var points: [(time: Double, delay: Double)] = []

    /// The weighted slope in milliseconds, comparable with the detector's threshold; nil before the window is full.
    mutating func add(_ difference: BurstGroups.Difference) -> Double? {
        if count == 0 { origin = difference.arrivedAt }
        count = min(count + 1, 1000)
        accumulated += difference.arrived - difference.sent
        smoothed = Self.smoothing * smoothed + (1 - Self.smoothing) * accumulated
        if points.count == Self.window { points.removeFirst() }
        points.append((Double(difference.arrivedAt - origin) / 1e6, smoothed))
        guard points.count == Self.window, let slope else { return nil }
        return Double(min(count, Self.fullWeight)) * slope * Self.gain
    }

    private var slope: Double? {
        let size = Double(points.count)
        let time = points.reduce(0) { $0 + $1.time } / size
        let delay = points.reduce(0) { $0 + $1.delay } / size
        var above = 0.0
        var below = 0.0
        for point in points {
            above += (point.time - time) * (point.delay - delay)
            below += (point.time - time) * (point.time - time)
        }
        return below > 0 ? above / below : nil
    }
}
