import Foundation
import Synchronization

/// Ids for the events of one teller: its start and a number that grows.
public final class EventIDs: Sendable {
    private let start = String(UInt64(max(0, Date().timeIntervalSince1970 * 1000)), radix: 36)
    private let count = Atomic<UInt64>(0)

    /// Ids of a teller that starts now.
    public init() {}

    /// The next one.
    public func next() -> String { "\(start)-\(count.add(1, ordering: .relaxed).newValue)" }
}
