import Foundation

/// The name of a recording: when it began, and four random bytes. Only names of this form become part of a path.
struct RecordingID: Hashable, Sendable, CustomStringConvertible {
    let description: String

    /// A new one.
    init(at time: Date = Date()) {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.dateFormat = "yyyyMMdd-HHmmss"
        let tail = String(UInt32.random(in: 0...UInt32.max), radix: 16)
        description = formatter.string(from: time) + "-" + String(repeating: "0", count: 8 - tail.count) + tail
    }

    /// Reads one; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 24, parts.map(\.utf8.count) == [8, 6, 8],
            text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) || $0 == 45 })
        else { return nil }
        description = text
    }
}
