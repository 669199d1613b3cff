/// When an unchanged frame is worth sending all the same.
///
/// After motion stops, a few more frames let the encoder sharpen the picture; then only a floor of a frame now and
/// then, because receivers take long silence for loss and ask for keyframes. A viewer's first frame is followed by the
/// same few: the keyframe is sharpened; a loss of its last packets, which only a packet after them tells of, is noticed;
/// and a browser that decoded it before its video element was there to show it (measured in Chromium: one join in
/// forty) gets it again. Pure: time comes in with each frame.
struct RefinementSchedule {
    /// How long after the last change or demand a refining frame passes, in nanoseconds.
    static let refinements: [UInt64] = [100, 250, 500].map { $0 * 1_000_000 }
    /// The longest silence between two frames, in nanoseconds: browsers ask for a keyframe after three seconds of it.
    static let floor: UInt64 = 2_000_000_000

    /// The last change or demand.
    private var began: UInt64 = 0
    private var lastPassed: UInt64 = 0
    private var refined = 0

    /// Whether the frame passes.
    ///
    /// - Parameters:
    ///   - changed: whether it differs from the one before it.
    ///   - demanded: whether a viewer waits for a keyframe.
    ///   - now: the frame's time in nanoseconds.
    mutating func passes(changed: Bool, demanded: Bool, at now: UInt64) -> Bool {
        if changed || demanded {
            began = now
            refined = 0
        }
        let refines = refined < Self.refinements.count && now >= began + Self.refinements[refined]
        if refines { refined += 1 }
        guard changed || demanded || refines || now >= lastPassed + Self.floor else { return false }
        lastPassed = now
        return true
    }

    /// When the next unchanged frame will pass if none is demanded before.
    var nextDue: UInt64 {
        let refinement = refined < Self.refinements.count ? began + Self.refinements[refined] : .max
        return min(refinement, lastPassed + Self.floor)
    }
}
