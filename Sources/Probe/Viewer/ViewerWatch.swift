/// Decides whether a viewer is in trouble: a bad report is an accident, five seconds of them are a bad connection. A
/// pure value: the reports and the time are passed in.
public struct ViewerWatch: Sendable, Equatable {
    /// The viewer's session.
    public let viewer: String
    /// The last report.
    public private(set) var quality: ViewerQuality?
    /// Seconds (of the caller's clock) since which its reports have been bad; nil while they are good.
    public private(set) var since: Double?

    private var lastReport: Double?
    private var lastBad: Double?
    private var goodSince: Double?
    private var worst: [ViewerTrouble] = []

    /// A viewer that has reported nothing.
    public init(viewer: String) {
        self.viewer = viewer
    }

    /// Notes a report.
    ///
    /// - Parameter seconds: on a monotonic clock, the same one as `troubles(at:)`'s; not decreasing.
    public mutating func note(_ quality: ViewerQuality, at seconds: Double) {
        // A gap in the reports ends what was before it.
        if let lastReport, seconds - lastReport > ViewerQuality.Limit.validity { since = nil }
        self.quality = quality
        lastReport = seconds
        let found = quality.troubles(viewer: viewer)
        guard found.isEmpty else {
            worst = found
            lastBad = seconds
            goodSince = nil
            since = since ?? seconds
            return
        }
        // Loss comes in bursts: one good report between bad ones does not make the connection good.
        let began = goodSince ?? seconds
        goodSince = began
        if seconds - began >= ViewerQuality.Limit.relief { since = nil }
    }

    /// What is wrong with the connection now; empty while it is well, or has not been bad for long enough.
    public func troubles(at seconds: Double) -> [ViewerTrouble] {
        guard let since, let lastBad, let lastReport, lastBad - since >= ViewerQuality.Limit.hold,
            seconds - lastReport <= ViewerQuality.Limit.validity
        else { return [] }
        return worst
    }
}
