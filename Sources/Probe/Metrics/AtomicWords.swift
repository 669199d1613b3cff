import Synchronization

/// A fixed row of words that any thread reads and writes, each by itself, without a lock.
///
/// `@unchecked Sendable` because the pointer never changes and what it points to is atomic.
public struct AtomicWords: ~Copyable, @unchecked Sendable {
    /// How many words there are.
    public let count: Int
    private let words: UnsafeMutablePointer<Atomic<UInt64>>

    /// All words zero.
    public init(count: Int) {
        self.count = count
        words = .allocate(capacity: count)
        for index in 0..<count { (words + index).initialize(to: Atomic(0)) }
    }

    deinit {
        words.deinitialize(count: count)
        words.deallocate()
    }

    /// Reads or writes a word whose order to others does not matter.
    public subscript(index: Int) -> UInt64 {
        get { word(index).pointee.load(ordering: .relaxed) }
        nonmutating set { word(index).pointee.store(newValue, ordering: .relaxed) }
    }

    /// Reads a word; what was written before its ``publish(_:at:)`` is seen from here on.
    public func acquire(_ index: Int) -> UInt64 { word(index).pointee.load(ordering: .acquiring) }

    /// Writes a word; see ``acquire(_:)``.
    public func publish(_ value: UInt64, at index: Int) { word(index).pointee.store(value, ordering: .releasing) }

    /// Adds one to a word.
    public func increment(_ index: Int) { word(index).pointee.wrappingAdd(1, ordering: .relaxed) }

    private func word(_ index: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        precondition(index >= 0 && index < count, "there is no such word")
        return words + index
    }
}
