/// Bits per second that arrived lately, and the most that arrived in the last seconds.
struct ArrivalRate {
    /// libwebrtc's acknowledged-bitrate window is 150 to 500 ms; the longer holds several frames of a slow stream.
    static let window: Int64 = 500_000_000
    /// How long a rate counts as proven.
    static let memory: UInt64 = 5_000_000_000
    /// Packets kept; at 10 Mbit/s half a second is some 600.
    private static let most = 4096

    private var arrivals: [(at: Int64, size: Int)] = []
    private var bytes = 0
    private var newest: Int64?
    private var newestAt: UInt64 = 0
    private var peaks: [(at: UInt64, rate: Double)] = []

    /// Takes one feedback's deliveries.
    mutating func record(_ deliveries: [Delivery], at now: UInt64) {
        for delivery in deliveries {
            guard let at = delivery.arrivedAt else { continue }
            // A remote clock set anew, either way.
            if let newest, abs(at - newest) > BurstGroups.clockJump { forget() }
            arrivals.append((at, delivery.size))
            bytes += delivery.size
            if at > newest ?? .min { newest = at }
        }
        newestAt = now
        trim(before: (newest ?? 0) - Self.window)
        peaks.removeAll { $0.at + Self.memory < now }
        let rate = Double(bytes) * 8e9 / Double(Self.window)
        while let last = peaks.last, last.rate <= rate { peaks.removeLast() }
        peaks.append((now, rate))
    }

    /// The rate at that time, bits per second; it falls to zero in silence.
    func rate(at now: UInt64) -> Double {
        guard let newest else { return 0 }
        let start = newest + Int64(now > newestAt ? now - newestAt : 0) - Self.window
        let size = arrivals.reduce(0) { $1.at > start ? $0 + $1.size : $0 }
        return Double(size) * 8e9 / Double(Self.window)
    }

    /// The highest rate of the last seconds, bits per second: what the path has been seen to carry.
    func proven(at now: UInt64) -> Double {
        peaks.first { $0.at + Self.memory >= now }?.rate ?? 0
    }

    /// What was proven before a queue grew is proven no longer.
    mutating func forgetPeaks() { peaks.removeAll() }

    private mutating func trim(before start: Int64) {
        let old = arrivals.prefix { $0.at <= start }.count
        let excess = max(old, arrivals.count - Self.most)
        guard excess > 0 else { return }
        bytes -= arrivals.prefix(excess).reduce(0) { $0 + $1.size }
        arrivals.removeFirst(excess)
    }

    private mutating func forget() {
        arrivals.removeAll(keepingCapacity: true)
        bytes = 0
        newest = nil
    }
}
