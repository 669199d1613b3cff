import GStreamer

/// Where an outlet puts what it takes: the head of a viewer's pipeline, or a recorder's queue. Never blocks.
public protocol SampleQueue: Sendable {
    /// Samples that wait.
    var queued: UInt64 { get }

    /// Queues a sample by reference.
    ///
    /// - Returns: whether it was taken.
    @discardableResult
    func push(_ sample: borrowing Sample) -> Bool
}

extension AppSrc: SampleQueue {}
extension FeedQueue: SampleQueue {}
