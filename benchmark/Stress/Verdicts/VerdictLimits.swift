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
    /// More of each than at the baseline. Connections that HTTP clients keep for half a minute are descriptors: a long
    /// run waits for their end. Swift and GLib keep a few pool threads as they like.
    var objects = 0
    var descriptors: Int
    /// Likewise of the hub, which keeps connections to every node.
    var hubDescriptors: Int
    var threads = 4
    var ports = 0
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
        quiet = isLong ? 90 : max(25, 65 * scale)
        descriptors = isLong ? 2 : 8
        hubDescriptors = isLong ? 4 : 24
        residentPercent = isLong ? 10 : 60
    }
}
