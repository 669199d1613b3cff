/// What a rendition costs a viewer, as things are.
struct RenditionLoad: Sendable, Hashable {
    /// The rendition's name.
    var name: String
    /// The least its encoder goes down to, bits per second.
    var minimum: Int
    /// The most that its encoder goes up to, bits per second.
    var maximum: Int
    /// What its shared encoder is set to, bits per second; nil: no encoder runs.
    var present: Int?
    /// Whether other viewers' estimates hold the encoder at that rate; otherwise it comes down to this viewer's.
    var isHeldByOthers: Bool

    /// Bits per second on the wire that a viewer must have to be sent it, sound included.
    var need: Int {
        let video = isHeldByOthers ? max(present ?? minimum, minimum) : minimum
        return video + EncoderBudget.sound
    }
}
