import Foundation
import GStreamer
import Pipelines
import Synchronization

/// The encoded stream's way out of the worker: takes what the encoder publishes as a viewer's queue does, without ever
/// waiting, and writes it to a pipe on a thread of its own.
final class UnitWriter: SampleQueue {
    private struct State {
        var waiting: [UnitRecord] = []
        var units: UInt64 = 0
        var capsIdentity: UInt = 0
        var isFinished = false
    }

    /// Frames that may wait: seconds of them, so that a decoder that is slow shows as delay. Beyond, the encoder is
    /// asked to begin anew, as for any viewer.
    static let limit: UInt64 = 256

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let ended: AsyncStream<Void>
    private let onUnit: @Sendable (_ stamp: UInt64, _ bytes: Int) -> Void

    /// - Parameters:
    ///   - descriptor: written to until ``finish()`` or the reader's end; not closed.
    ///   - onUnit: sees every encoded frame on the encoder's thread.
    init(descriptor: Int32, onUnit: @escaping @Sendable (_ stamp: UInt64, _ bytes: Int) -> Void) {
        self.onUnit = onUnit
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        ended = stream
        let thread = Thread { [self] in
            run(descriptor)
            continuation.finish()
        }
        thread.start()
    }

    var queued: UInt64 { state.withLock { $0.units } }

    func push(_ sample: borrowing Sample) -> Bool {
        let identity = sample.capsIdentity
        let (stamp, bytes) = (sample.timestamp ?? 0, sample.bytes())
        onUnit(stamp, bytes.count)
        let isNew = state.withLock { state in
            defer { state.capsIdentity = identity }
            return state.capsIdentity != identity
        }
        if isNew, let caps = sample.caps { put(UnitRecord(.caps, Array(Self.plain(caps).description.utf8))) }
        put(UnitRecord(.unit, at: stamp, bytes))
        return true
    }

    /// Queues something that is no encoded frame.
    func put(_ record: UnitRecord) {
        state.withLock { state in
            guard !state.isFinished else { return }
            state.waiting.append(record)
            state.units += record.kind == .unit ? 1 : 0
        }
        wake.signal()
    }

    /// Writes what waits and ends.
    func finish() async {
        state.withLock { $0.isFinished = true }
        wake.signal()
        for await _ in ended {}
    }

    /// The capabilities without what only files need, such as VP8's header for Ogg, a list of buffers.
    private static func plain(_ caps: Caps) -> Caps {
        var caps = caps
        for index in caps.structures.indices {
            caps.structures[index].fields = caps.structures[index].fields.filter { _, value in
                switch value {
                case .list, .structure, .caps, .opaque: false
                default: true
                }
            }
        }
        return caps
    }

    private func run(_ descriptor: Int32) {
        while true {
            wake.wait()
            let (records, isFinished) = state.withLock { state in
                defer { (state.waiting, state.units) = ([], 0) }
                return (state.waiting, state.isFinished)
            }
            for record in records where !record.write(to: descriptor) {
                // Nobody reads any more: nothing is kept for them.
                return state.withLock { $0 = State(isFinished: true) }
            }
            if isFinished { return }
        }
    }
}
