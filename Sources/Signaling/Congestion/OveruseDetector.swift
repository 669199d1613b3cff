/// Compares the delay's slope with a threshold that adapts (draft-ietf-rmcat-gcc-02, section 5.4).
struct OveruseDetector {
    /// draft-ietf-rmcat-gcc-02, section 5.4 and its table of constants: del_var_th(0), its bounds, overuse_time_th,
    /// K_u and K_d. Milliseconds.
    static let firstThreshold = 12.5
    static let thresholds = 6.0...600.0
    static let overuseTime = 10.0
    static let up = 0.01
    static let down = 0.00018
    /// Beyond the threshold by more than this is an outlier that must not adapt it (the same section).
    static let outlier = 15.0
    /// The longest step of adaptation; from libwebrtc, so that a pause does not move the threshold at a stroke.
    static let longestStep = 100.0

    /// The present verdict.
    private(set) var usage = BandwidthUsage.normal
    /// The present threshold, milliseconds.
    private(set) var threshold = firstThreshold
    private var overTime: Double?
    private var overCount = 0
    private var last = 0.0
    private var lastAt: Int64?

    /// Takes the weighted slope after one more burst, sent that many milliseconds after the one before.
    mutating func add(slope: Double, sent: Double, arrivedAt: Int64) {
        if slope > threshold {
            overTime = overTime.map { $0 + sent } ?? sent / 2
            overCount += 1
            if let overTime, overTime > Self.overuseTime, overCount > 1, slope >= last {
                self.overTime = 0
                overCount = 0
                usage = .overusing
            }
        } else {
            overTime = nil
            overCount = 0
            usage = slope < -threshold ? .underusing : .normal
        }
        last = slope
        adapt(to: abs(slope), at: arrivedAt)
    }

    private mutating func adapt(to size: Double, at arrivedAt: Int64) {
        defer { lastAt = arrivedAt }
        guard size <= threshold + Self.outlier, let lastAt else { return }
        let step = min(max(Double(arrivedAt - lastAt) / 1e6, 0), Self.longestStep)
        threshold += (size < threshold ? Self.down : Self.up) * (size - threshold) * step
        threshold = min(max(threshold, Self.thresholds.lowerBound), Self.thresholds.upperBound)
    }
}
