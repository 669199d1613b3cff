/// What to send a viewer.
struct RenditionDecision: Sendable, Hashable {
    /// Why what is sent changed; the names are those of the `rendition` message.
    enum Reason: String, Sendable, Hashable {
        /// The viewer asked for it.
        case requested
        /// The path does not carry what was sent.
        case congestion
        /// The path carries more again.
        case recovered
    }

    /// The rendition to send.
    var name: String
    /// Why it is another than before; nil: it is the same.
    var change: Reason?
    /// What ``BandwidthEstimator/probe(wanting:at:)`` should prove, bits per second on the wire: the next step up, or
    /// the wanted rendition at its best.
    var demand: Int
}
