import GStreamer
import Synchronization

/// What came over one viewer's data channel: the oldest 4096 messages, and how many there were.
final class ChannelLog: Sendable {
    private let texts = Mutex<[ChannelText]>([])
    private static let limit = 4096

    func append(_ text: String) {
        let message = ChannelText(at: Runtime.now(), text: text)
        append(message)
    }

    func append(_ message: ChannelText) {
        texts.withLock { if $0.count < Self.limit { $0.append(message) } }
    }

    /// The messages from that index on.
    func messages(from index: Int = 0) -> [ChannelText] { texts.withLock { Array($0.dropFirst(index)) } }

    /// The messages of one type.
    func messages(type: String) -> [(at: UInt64, message: NodeMessage)] {
        messages().compactMap { text in
            guard let message = text.message, message.type == type else { return nil }
            return (text.at, message)
        }
    }
}
