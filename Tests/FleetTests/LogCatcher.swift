import Logging
import Synchronization

/// What was logged as a warning or worse.
final class LogCatcher: Sendable {
    private let caught = Mutex<[String]>([])

    var lines: [String] { caught.withLock { $0 } }

    var logger: Logger {
        var logger = Logger(label: "caught") { _ in Handler(catcher: self) }
        logger.logLevel = .warning
        return logger
    }

    private struct Handler: LogHandler {
        let catcher: LogCatcher
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.warning

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            catcher.caught.withLock { $0.append("\(event.message) \(fields)") }
        }
    }
}
