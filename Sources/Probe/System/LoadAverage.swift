import Foundation

/// How many processes wanted to run, on average.
public struct LoadAverage: Sendable, Codable, Equatable {
    /// Over the last minute.
    public let one: Double
    /// Over the last five minutes.
    public let five: Double
    /// Over the last fifteen minutes.
    public let fifteen: Double

    /// Reads `/proc/loadavg`; nil when it is not there.
    public static func read() -> LoadAverage? {
        guard let data = FileManager.default.contents(atPath: "/proc/loadavg") else { return nil }
        return LoadAverage(text: String(decoding: data, as: UTF8.self))
    }

    init?(text: String) {
        let values = text.split(separator: " ").prefix(3).compactMap { Double($0) }
        guard values.count == 3 else { return nil }
        (one, five, fifteen) = (values[0], values[1], values[2])
    }
}
