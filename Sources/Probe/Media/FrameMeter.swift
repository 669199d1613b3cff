import Synchronization

/// Counts the frames of a capture over a sliding window.
///
/// One thread records (the capture's), any thread reads. Recording is a few atomic stores: no lock,
/// no allocation, no system call.
public final class FrameMeter: Sendable {
    /// What the meter says at one moment.
    public struct Reading: Sendable, Equatable, Codable {
        /// Frames per second that the capture delivered; nil before half a second of them.
        public let grabbedFps: Double?
        /// Frames per second that differed from the one before; 0 on a static screen; nil before half a second.
        public let changedFps: Double?
        /// Seconds since the last frame; nil before the first.
        public let lastFrameAge: Double?
        /// Seconds since the last frame that differed: how long the picture has been frozen; nil before the first.
        public let lastChangeAge: Double?
        /// Frames since the beginning.
        public let frames: UInt64
        /// Frames since the beginning that differed.
        public let changedFrames: UInt64
    }

    /// Slots for frames; at 2 s enough for 256 frames per second.
    private static let capacity = 512
    private static let warmUp: UInt64 = 500_000_000

    private let window: UInt64
    /// A frame's time in nanoseconds, its lowest bit telling whether it differed.
    private let slots = AtomicWords(count: capacity)
    private let count = Atomic<UInt64>(0)
    private let changed = Atomic<UInt64>(0)
    private let first = Atomic<UInt64>(0)
    /// When the last frame came that differed; 0 before the first.
    private let lastChange = Atomic<UInt64>(0)

    /// A meter over `window` nanoseconds.
    public init(window: UInt64 = 2_000_000_000) { self.window = window }

    /// Notes a frame.
    ///
    /// - Parameters:
    ///   - nanoseconds: on a monotonic clock, the same one as `reading(at:)`'s; not decreasing.
    ///   - isChanged: it differs from the frame before.
    public func record(at nanoseconds: UInt64, changed isChanged: Bool) {
        let index = count.load(ordering: .relaxed)
        if index == 0 { first.store(nanoseconds, ordering: .relaxed) }
        slots[Int(index % UInt64(Self.capacity))] = nanoseconds & ~1 | (isChanged ? 1 : 0)
        if isChanged {
            changed.wrappingAdd(1, ordering: .relaxed)
            lastChange.store(max(nanoseconds, 1), ordering: .relaxed)
        }
        count.store(index + 1, ordering: .releasing)
    }

    /// What happened up to now.
    public func reading(at now: UInt64) -> Reading {
        let total = count.load(ordering: .acquiring)
        guard total > 0 else {
            return Reading(
                grabbedFps: nil, changedFps: nil, lastFrameAge: nil, lastChangeAge: nil, frames: 0, changedFrames: 0)
        }
        let begin = now > window ? now - window : 0
        var (inWindow, changedInWindow): (UInt64, UInt64) = (0, 0)
        var newest: UInt64 = 0
        var later = UInt64.max
        for back in 1...min(total, UInt64(Self.capacity)) {
            let slot = slots[Int((total - back) % UInt64(Self.capacity))]
            let time = slot & ~1
            // A time later than the one after it: the writer has come round and this slot is new already.
            guard time <= later else { break }
            later = time
            if back == 1 { newest = time }
            guard time > begin else { break }
            inWindow += 1
            changedInWindow += slot & 1
        }
        let elapsed = min(window, now > first.load(ordering: .relaxed) ? now - first.load(ordering: .relaxed) : 0)
        let seconds = Double(elapsed) / 1e9
        let change = lastChange.load(ordering: .relaxed)
        let isWarm = elapsed >= Self.warmUp
        return Reading(
            grabbedFps: isWarm ? Double(inWindow) / seconds : nil,
            changedFps: isWarm ? Double(changedInWindow) / seconds : nil,
            lastFrameAge: Self.age(of: newest, at: now),
            lastChangeAge: change > 0 ? Self.age(of: change, at: now) : nil,
            frames: total, changedFrames: changed.load(ordering: .relaxed))
    }

    private static func age(of time: UInt64, at now: UInt64) -> Double {
        now > time ? Double(now - time) / 1e9 : 0
    }
}
