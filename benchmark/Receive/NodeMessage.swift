/// A message of the node's on the data channel: the fields of all types that matter here.
struct NodeMessage: Decodable, Sendable {
    /// How RTP timestamps are made.
    struct Clock: Decodable, Sendable {
        let rtpOffset: UInt32
        let rate: Double
    }

    let type: String
    /// `hello`: the session's public name, and the guest.
    let viewer: String?
    let instance: String?
    /// `control`: whether this viewer has it.
    let you: Bool?
    /// `hello`: what is being sent.
    let rendition: String?
    /// `hello`.
    let clock: Clock?
    /// `size`.
    let width: Int?
    let height: Int?
    /// `rendition`: what is being sent from now on.
    let name: String?
    /// `echo`: the input's number, the RTP timestamp of the frame that changed, and until when in ms.
    let id: Int?
    let rtp: UInt32?
    let taken: Double?
    let changed: Double?
}
