import Foundation
import Logging
import Synchronization

/// The hub's own newest log lines, for `GET /logs?service=hub`.
final class HubLog: Sendable {
    /// Lines kept.
    static let capacity = 2000
    /// Bytes kept of a line.
    static let maxLine = 1024

    private let state = Mutex<(lines: [String], next: Int)>(([], 0))

    /// The newest lines, the oldest of them first.
    func lines(_ count: Int) -> [String] {
        state.withLock { state in
            Array((state.lines[state.next...] + state.lines[..<state.next]).suffix(count))
        }
    }

    func append(_ line: String) {
        let line = String(decoding: line.utf8.prefix(Self.maxLine), as: UTF8.self)
        state.withLock { state in
            guard state.lines.count >= Self.capacity else { return state.lines.append(line) }
            state.lines[state.next] = line
            state.next = (state.next + 1) % Self.capacity
        }
    }

    /// A logger that logs as `logger` does and keeps its lines here.
    func keeping(_ logger: Logger) -> Logger {
        let handler = Handler(log: self, next: logger.handler)
        return Logger(label: logger.label) { _ in handler }
    }

    private struct Handler: LogHandler {
        let log: HubLog
        var next: any LogHandler

        var metadata: Logger.Metadata {
            get { next.metadata }
            set { next.metadata = newValue }
        }

        var logLevel: Logger.Level {
            get { next.logLevel }
            set { next.logLevel = newValue }
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { next[metadataKey: key] }
            set { next[metadataKey: key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = next.metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
                .map { "\($0.key)=\($0.value)" }
            log.append(
                ([Date().formatted(.iso8601), event.level.rawValue, event.message.description] + fields)
                    .joined(separator: " "))
            next.log(event: event)
        }
    }
}
