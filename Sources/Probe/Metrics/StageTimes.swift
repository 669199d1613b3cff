/// How long frames take on their way through a node, stage by stage, over all viewers.
public struct StageTimes: Sendable {
    /// Looking at the guest's screen.
    public let grab = DurationHistogram(bounds: DurationHistogram.stageBounds)
    /// From the beginning of the grab to the encoder's door: grabbing, comparing, converting.
    public let gate = DurationHistogram(bounds: DurationHistogram.stageBounds)
    /// From the encoder's door to the encoded frame, its queue included.
    public let encode = DurationHistogram(bounds: DurationHistogram.stageBounds)
    /// From the encoded frame to its last packet, the viewer's queue and encryption included.
    public let packetise = DurationHistogram(bounds: DurationHistogram.stageBounds)
    /// Giving them to the socket.
    public let send = DurationHistogram(bounds: DurationHistogram.stageBounds)
    /// The whole way, from the beginning of the grab to the socket.
    public let wire = DurationHistogram(bounds: DurationHistogram.stageBounds)

    /// Nothing recorded yet.
    public init() {}

    /// The stages by the name they have in metrics.
    public var all: [(name: String, histogram: DurationHistogram)] {
        [
            ("grab", grab), ("gate", gate), ("encode", encode), ("packetise", packetise), ("send", send),
            ("wire", wire),
        ]
    }
}
