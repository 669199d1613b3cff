import Foundation

/// Something QEMU reports by itself: SHUTDOWN, RESET, STOP, RESUME, POWERDOWN ...
public struct QMPEvent: Sendable, Equatable {
    /// The event's name as in QEMU's documentation.
    public let name: String
    /// Its data, `.null` when it has none.
    public let data: QMPValue
    /// When QEMU says it happened.
    public let time: Date

    /// An event; tests build their own.
    public init(name: String, data: QMPValue = .null, time: Date = Date()) {
        self.name = name
        self.data = data
        self.time = time
    }
}
