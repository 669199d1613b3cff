import Foundation

/// One limit that a viewer's connection breaks.
public struct ViewerTrouble: Sendable, Equatable, Codable {
    /// What is bad.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Packets are lost.
        case loss
        /// The way there and back takes long.
        case roundTrip
        /// Fewer frames are decoded than are sent.
        case decoding
    }

    /// The viewer's session.
    public var viewer: String
    /// What is bad.
    public var kind: Kind
    /// What was measured: a share, seconds, or frames per second.
    public var measured: Double
    /// The limit, in the same unit.
    public var limit: Double

    /// Describes a trouble.
    public init(viewer: String, kind: Kind, measured: Double, limit: Double) {
        self.viewer = viewer
        self.kind = kind
        self.measured = measured
        self.limit = limit
    }

    var reason: String {
        switch kind {
        case .loss: "the viewer \(viewer) loses packets"
        case .roundTrip: "the viewer \(viewer) is far away"
        case .decoding: "the viewer \(viewer) decodes less than half of what it is sent"
        }
    }

    var value: String { text(measured) }
    var threshold: String { text(limit) }

    private func text(_ number: Double) -> String {
        switch kind {
        case .loss: String(format: "%.1f %%", number * 100)
        case .roundTrip: String(format: "%.0f ms", number * 1000)
        case .decoding: String(format: "%.1f fps", number)
        }
    }
}
