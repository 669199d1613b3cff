/// One client as it is at one moment. Ages in seconds; nil where the thing has not been.
struct ClientReading: Sendable, Codable, Equatable {
    let client: Int
    /// What it wants to see; nil for one that is away.
    var wish: ClientWish?
    /// The session's public name.
    var session: String?
    /// Attempts so far, and how the newest failed one failed.
    var attempts = 0
    var lastError: ClientError?
    /// Of the present session.
    var sessionAge: Double?
    var connectedFor: Double?
    var checkingFor: Double?
    /// How long the data channel has been closed while the connection stands.
    var mutedFor: Double?
    var hasChannelFailed = false
    /// Whether it has a signaling socket open, and since when not.
    var isSocketOpen = false
    var socketClosedFor: Double?
    /// Decoded in the present session.
    var frames = 0
    var movedFrames = 0
    var frameAge: Double?
    var soundAge: Double?
    var loudest = 0.0
    /// The number read on the newest readable pictures, and on how many in a row.
    var number: Int?
    var sameNumber = 0
    /// On how many pictures each number was read.
    var numbers: [Int: Int] = [:]
    /// Which guest the node says it is, over the data channel; nil before it does.
    var told: String?
    var missingPackets = 0
    /// Whether it controls its guest, as the node told it last.
    var isInControl = false
    /// Sessions that were begun, and those with a picture, since the run's start.
    var begun = 0
    var played = 0

    init(client: Int) { self.client = client }

    /// Whether the connection stands.
    var isConnected: Bool { connectedFor != nil }
}
