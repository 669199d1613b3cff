/// Decides when the machine has no room left, so that larger sizes would measure the machine and not Loco. Pure.
enum Saturation {
    /// Per cent of all cores that may be busy: beyond it whatever runs waits for whatever else does.
    static let busyLimit = 92.0
    /// Part of the frames of the smallest size that each viewer has to get.
    static let frameShare = 0.9

    /// - Parameters:
    ///   - busy: per cent of all cores, everybody's work included; nil where it could not be read.
    ///   - frames: what the worst viewer got in a second; nil where nobody watched.
    ///   - usual: what it got at the smallest size.
    /// - Returns: why the row is the last; nil while there is room.
    static func reason(busy: Double?, frames: Double? = nil, usual: Double? = nil) -> String? {
        if let frames, let usual, usual > 0, frames < usual * frameShare {
            return "the worst viewer got \(Figure.text(frames)) frames a second instead of \(Figure.text(usual))"
        }
        if let busy, busy > busyLimit { return "the cores were \(Figure.text(busy, 0)) % busy" }
        return nil
    }
}
