import GStreamer
import Synchronization

/// What waits to be written: the encoders' threads put it in and never wait; where it is full, an ``Outlet`` leaves out
/// frames up to the next keyframe.
final class RecordingQueue: Sendable {
    /// Which stream a sample is of.
    enum Track: Sendable {
        case picture
        case sound
    }

    /// A sample on its way.
    final class Item: Sendable {
        let track: Track
        let sample: Sample

        init(_ track: Track, _ sample: consuming Sample) {
            self.track = track
            self.sample = sample
        }
    }

    /// One stream's end of the queue.
    struct Entry: SampleQueue {
        let queue: RecordingQueue
        let track: Track

        var queued: UInt64 { queue.count(of: track) }

        func push(_ sample: borrowing Sample) -> Bool { queue.put(Item(track, sample.copy())) }
    }

    /// Frames that may wait: two seconds, which a disk that is busy for a moment needs.
    static let pictureLimit: UInt64 = 60
    /// Sound packets that may wait: likewise.
    static let soundLimit: UInt64 = 200

    /// What is to be written, in order; ``done(_:)`` after each.
    let items: AsyncStream<Item>
    private let continuation: AsyncStream<Item>.Continuation
    private let waiting = Mutex<[Track: UInt64]>([.picture: 0, .sound: 0])

    init() {
        // The outlets keep to their limits, which together are below this one.
        (items, continuation) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingOldest(Int(Self.pictureLimit + Self.soundLimit) + 16))
    }

    /// One stream's end.
    func entry(_ track: Track) -> Entry { Entry(queue: self, track: track) }

    /// Tells that an item was written.
    func done(_ item: Item) { waiting.withLock { $0[item.track, default: 1] -= 1 } }

    /// Takes nothing more; what waits is still given out.
    func finish() { continuation.finish() }

    private func count(of track: Track) -> UInt64 { waiting.withLock { $0[track, default: 0] } }

    private func put(_ item: Item) -> Bool {
        waiting.withLock { $0[item.track, default: 0] += 1 }
        if case .enqueued = continuation.yield(item) { return true }
        done(item)
        return false
    }
}
