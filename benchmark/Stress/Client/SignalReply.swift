/// A message of the hub's on `/signal`: the fields of all types that matter here.
struct SignalReply: Decodable, Sendable {
    struct Payload: Decodable, Sendable {
        let type: String?
        let sdp: String?
    }

    let type: String
    /// `registered`.
    let id: String?
    /// `signal`: the guest.
    let source: String?
    /// `error`.
    let code: String?
    let message: String?
    /// The number of the request that is answered.
    let request: Int?
    let data: Payload?
}
