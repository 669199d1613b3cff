import Synchronization

/// Counts from any thread.
public final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    /// A counter at zero.
    public init() {}

    /// The count now.
    public var value: Int { count.load(ordering: .sequentiallyConsistent) }

    /// Counts one more.
    public func increment() { count.add(1, ordering: .sequentiallyConsistent) }
}
