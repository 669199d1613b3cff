import GStreamer

/// One attempt of a client: a receiver that decodes, and the session that answers it.
struct ClientSession: Sendable {
    let wish: ClientWish
    let receiver: Receiver
    let decoded: DecodedMedia
    /// When it began, by `Runtime.now()`.
    let began: UInt64
    /// The WHEP session's path; nil for one that was signalled.
    var path: String?
    /// Since when ICE has been checking; nil while it does not.
    var checkingSince: UInt64?
    /// When the connection stood first; nil before.
    var connectedAt: UInt64?
    /// Since when the data channel has been closed on a connection that stands; nil while it is open.
    var mutedSince: UInt64?
    var states = LinkStates(ice: nil, connection: nil)

    init(_ wish: ClientWish, client: Int) throws {
        self.wish = wish
        decoded = try DecodedMedia(codec: wish.codec)
        receiver = try Receiver(name: "stress-\(client)", codec: wish.codec, decoded: decoded)
        began = Runtime.now()
    }

    /// The session's public name, by which the node lists it; nil until it is known.
    var name: String? {
        if let path, let last = path.split(separator: "/").last { return String(last.prefix(8)) }
        return receiver.inbox.messages(type: "hello").last?.message.viewer
    }

    /// Takes the states as they are now.
    mutating func look() async {
        let now = Runtime.now()
        states = await receiver.states
        checkingSince = states.ice == .checking ? checkingSince ?? now : nil
        guard states.connection == .connected else { return }
        connectedAt = connectedAt ?? now
        mutedSince = states.isChannelOpen ? nil : mutedSince ?? now
    }
}
