/// From where on something is wrong. Seconds, unless said otherwise.
struct VerdictLimits: Sendable, Codable, Equatable {
    /// Without a signaling socket.
    var stuck: Double
    /// Without media.
    var zombie: Double
    /// Of disagreement.
    var mismatch: Double
    /// Of checking: the page gives up after 10.
    var iceChecking = 12.0
    /// With a closed data channel.
    var sctp = 10.0
    /// Without a frame.
    var frozen = 8.0
    /// For everything to be given back.
    var quiet: Double
    /// Pictures in a row with another guest's number.
    var wrongPictures = 3
    /// More of each than at the baseline. One or two descriptors are requests of this program; Swift and GLib keep a few
    /// pool threads as they like.
    var objects = 0
    var descriptors = 2
    var threads = 4
    var datagramSockets = 0
    /// Per cent of resident memory. Some ten sessions do not settle the heap, a thousand do.
    var residentPercent: Double

    /// - Parameters:
    ///   - scale: the factor for waits.
    ///   - isLong: whether the run has some hundred sessions before its baseline.
    init(scale: Double, isLong: Bool) {
        // Not below what a node itself allows: 7 s of silence, 15 s until a connection stands.
        stuck = max(20, 60 * scale)
        zombie = max(20, 30 * scale)
        mismatch = max(8, 10 * scale)
        quiet = max(25, 65 * scale)
        residentPercent = isLong ? 10 : 60
    }
}
