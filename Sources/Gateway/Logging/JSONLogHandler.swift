import Foundation
import Logging

/// Writes each log line as one JSON object: `timestamp` (RFC 3339 in UTC, milliseconds), `level`, `service` (node, hub,
/// up), `message`, where known `instance`, `viewer` and `request` (the correlation id), and everything else under
/// `metadata`.
struct JSONLogHandler: LogHandler {
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    private let service: String
    private let write: @Sendable (String) -> Void

    /// - Parameters:
    ///   - service: the role that logs.
    ///   - write: takes one line with its line feed; it may be called by any thread.
    init(service: String, write: @escaping @Sendable (String) -> Void = StandardErrorLines.write) {
        self.service = service
        self.write = write
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let given = event.metadata { all.merge(given) { _, new in new } }
        var entry: [String: JSONValue] = [
            "timestamp": .string(Self.time(Date())), "level": .string(event.level.rawValue),
            "service": .string(service), "message": .string(LogSecrets.redact(event.message.description)),
        ]
        for key in ["instance", "viewer", "request"] {
            if let value = all.removeValue(forKey: key) { entry[key] = .string(LogSecrets.redact("\(value)")) }
        }
        if !all.isEmpty { entry["metadata"] = Self.json(.dictionary(all)) }
        write(String(buffer: JSON.encode(JSONValue.object(entry))) + "\n")
    }

    private static func json(_ value: Logger.Metadata.Value) -> JSONValue {
        switch value {
        case .string(let text): .string(LogSecrets.redact(text))
        case .stringConvertible(let value): .string(LogSecrets.redact(value.description))
        case .array(let values): .array(values.map(json))
        case .dictionary(let fields):
            .object(
                Dictionary(
                    uniqueKeysWithValues: fields.map { name, value in
                        (name, LogSecrets.isSecret(name) ? .string(LogSecrets.redacted) : json(value))
                    }))
        }
    }

    private static func time(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
