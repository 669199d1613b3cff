/// Frames and bytes per second, over the last whole second.
struct DeliveryRate {
    private static let second: UInt64 = 1_000_000_000

    private var began: UInt64?
    private var current = (frames: 0, bytes: 0)
    private var last: (frames: Double, bytes: Double)?

    /// Notes one frame at that time (nanoseconds).
    mutating func record(bytes: Int, at now: UInt64) {
        roll(to: now)
        current.frames += 1
        current.bytes += bytes
    }

    /// The rate at that time; nil before the first second is over.
    mutating func reading(at now: UInt64) -> (frames: Double, bytes: Double)? {
        roll(to: now)
        return last
    }

    private mutating func roll(to now: UInt64) {
        guard let start = began else {
            began = now
            return
        }
        guard now >= start + Self.second else { return }
        let seconds = Double(now - start) / 1e9
        last = (Double(current.frames) / seconds, Double(current.bytes) / seconds)
        current = (0, 0)
        began = now
    }
}
