/// How a Loco of our own is started.
struct LocoSettings: Sendable {
    /// Absolute path of the program.
    let loco: String
    var guests = 1
    /// Most viewers that will watch one guest.
    var viewersMax = 16
    /// Local addresses for media.
    var addresses = ["127.0.0.1"]
    /// Video bitrate in kbit/s; nil for its default.
    var bitrate: Int?

    /// The settings as environment variables.
    var environment: [String: String] {
        var variables = [
            "LOCO_ICE_ADDRESSES": addresses.joined(separator: ","), "LOCO_VIEWERS_MAX": "\(max(16, viewersMax))",
        ]
        if let bitrate { variables["LOCO_VIDEO_BITRATE"] = "\(bitrate)" }
        return variables
    }
}
