/// How many of the packets that feedback spoke of in the last second were lost.
struct LossWindow {
    /// About the interval of RTCP reports, on which draft-ietf-rmcat-gcc-02, section 6, decides.
    static let span: UInt64 = 1_000_000_000

    private var feedbacks: [(at: UInt64, packets: Int, lost: Int)] = []

    /// Takes one feedback's deliveries.
    mutating func record(_ deliveries: [Delivery], at now: UInt64) {
        trim(at: now)
        var packets = 0
        var lost = 0
        for delivery in deliveries {
            if delivery.wasCalledLost {
                lost -= 1
            } else {
                packets += 1
                if delivery.arrivedAt == nil { lost += 1 }
            }
        }
        feedbacks.append((now, packets, lost))
    }

    /// Packets that were spoken of.
    func packets(at now: UInt64) -> Int {
        feedbacks.reduce(0) { $1.at + Self.span > now ? $0 + $1.packets : $0 }
    }

    /// The part of them that was lost, 0...1; 0 when there were none.
    func fraction(at now: UInt64) -> Double {
        let packets = packets(at: now)
        guard packets > 0 else { return 0 }
        let lost = feedbacks.reduce(0) { $1.at + Self.span > now ? $0 + $1.lost : $0 }
        return min(1, Double(max(0, lost)) / Double(packets))
    }

    private mutating func trim(at now: UInt64) {
        feedbacks.removeAll { $0.at + Self.span <= now }
    }
}
