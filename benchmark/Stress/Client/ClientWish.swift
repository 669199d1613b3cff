/// What a client wants to see, and how it asks for it.
struct ClientWish: Sendable, Equatable, Codable {
    let guest: Int
    let way: SignalWay
    let codec: VideoCodec
    var rendition: String

    /// The guest's name in Loco.
    var instance: String { "instance-\(guest)" }
}
