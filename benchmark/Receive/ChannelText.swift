import Foundation

/// A message that came over the data channel.
struct ChannelText: Sendable, Codable {
    /// When it came, in nanoseconds of `CLOCK_MONOTONIC`.
    let at: UInt64
    let text: String

    /// The message; nil where it is none of a node's.
    var message: NodeMessage? { try? JSONDecoder().decode(NodeMessage.self, from: Data(text.utf8)) }
}
