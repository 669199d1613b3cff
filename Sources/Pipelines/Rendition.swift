/// A picture quality that viewers may watch.
public struct Rendition: Sendable, Hashable {
    /// The rendition's name in messages and metrics.
    public let name: String

    /// The guest's own resolution.
    public static let full = Rendition(name: "full")
}
