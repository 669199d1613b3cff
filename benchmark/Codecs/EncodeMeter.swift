import Foundation
import GStreamer
import Synchronization

/// Notes on the encoding side when frames are grabbed, come to the encoder's door and leave it.
final class EncodeMeter: Sendable {
    fileprivate struct State {
        /// Looks that found a changed picture.
        var changes: [UInt64] = []
        /// When frames came to the encoder's door, by their time.
        var doors: [UInt64: UInt64] = [:]
        /// Encoded frames: when, and how large, by their time.
        var units: [UInt64: (at: UInt64, bytes: Int)] = [:]
        var isCounting = false
    }

    private let state = Mutex(State())

    /// A look at the screen; times in nanoseconds.
    func grabbed(at stamp: UInt64, changed: Bool) {
        guard changed else { return }
        state.withLock { if $0.isCounting { $0.changes.append(stamp) } }
    }

    /// A frame at the encoder's door.
    func fed(_ stamp: UInt64) {
        let now = Runtime.now()
        state.withLock { if $0.isCounting { $0.doors[stamp] = now } }
    }

    /// A frame that was encoded.
    func encoded(_ stamp: UInt64, bytes: Int) {
        let now = Runtime.now()
        state.withLock { if $0.isCounting { $0.units[stamp] = (now, bytes) } }
    }

    /// Measures this process over a window from now on.
    ///
    /// - Parameter grace: what frames of the window may take beyond it.
    func window(_ length: Duration, grace: Duration = .seconds(1)) async throws -> EncodingCost {
        let clock = try ProcessClock(pid: getpid())
        state.withLock { $0 = State(isCounting: true) }
        let start = (time: Runtime.now(), cpu: try clock.nanoseconds())
        try await Task.sleep(for: length)
        let end = (time: Runtime.now(), cpu: try clock.nanoseconds())
        guard let entry = ProcessEntry(pid: getpid()) else { throw BenchError.unreadableProcess(getpid()) }
        let deadline = ContinuousClock.now + grace
        while unencoded(start.time..<end.time) > 0, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(10))
        }
        let state = state.withLock { state in
            defer { state = State() }
            return state
        }
        let units = state.units.filter { (start.time..<end.time).contains($0.key) }
        return EncodingCost(
            start: start.time, end: end.time, frames: units.count, bytes: units.values.map(\.bytes).reduce(0, +),
            unencoded: state.unencoded(start.time..<end.time),
            cpuPercent: Double(end.cpu - start.cpu) / Double(end.time - start.time) * 100,
            residentMB: Double(entry.residentBytes) / 1e6,
            encodeTimes: units.sorted { $0.key < $1.key }.compactMap { stamp, unit in
                state.doors[stamp].map { Double(unit.at - min($0, unit.at)) / 1e6 }
            })
    }

    private func unencoded(_ window: Range<UInt64>) -> Int { state.withLock { $0.unencoded(window) } }
}

extension EncodeMeter.State {
    /// Changed pictures of the window without an encoded frame.
    fileprivate func unencoded(_ window: Range<UInt64>) -> Int {
        changes.count { window.contains($0) && units[$0] == nil }
    }
}
