import Synchronization

/// Counts the frames of one stream that its viewers missed, all of them together.
final class DropCounter: Sendable {
    private let frames = Atomic<UInt64>(0)

    /// Frames missed so far.
    var count: UInt64 { frames.load(ordering: .relaxed) }

    /// One viewer missed one frame.
    func note() { frames.wrappingAdd(1, ordering: .relaxed) }
}
