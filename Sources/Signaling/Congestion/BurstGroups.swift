/// Groups packets into bursts and compares consecutive bursts (draft-ietf-rmcat-gcc-02, section 5.2).
///
/// Packets sent within 5 ms are one burst; so are packets that a path held back and released at once, as Wi-Fi
/// and power saving do: otherwise each such release would look like a queue.
struct BurstGroups {
    /// How two consecutive bursts differ.
    struct Difference: Sendable, Hashable {
        /// Time between the two sendings, milliseconds.
        var sent: Double
        /// Time between the two arrivals, milliseconds.
        var arrived: Double
        /// When the later one arrived, nanoseconds.
        var arrivedAt: Int64
    }

    /// draft-ietf-rmcat-gcc-02, section 5.2: burst_time.
    static let burst: Int64 = 5_000_000
    /// The longest held-back burst that counts as one; from libwebrtc's inter_arrival (kMaxBurstDurationMs).
    static let longestBurst: Int64 = 100_000_000
    /// A remote clock that jumped by this was set anew; from libwebrtc's inter_arrival (kArrivalTimeOffsetThresholdMs).
    static let clockJump: Int64 = 3_000_000_000
    /// After this much silence the past says nothing; from libwebrtc's delay_based_bwe (kStreamTimeOut).
    static let silence: Int64 = 2_000_000_000

    private struct Group {
        var firstSent: Int64
        var lastSent: Int64
        var firstArrived: Int64
        var lastArrived: Int64
    }
    private var previous: Group?
    private var current: Group?

    /// What one more packet showed.
    enum Outcome: Sendable, Hashable {
        /// The packet joined a burst, or came out of order.
        case nothing
        /// A burst was completed, and this is how it differs from the one before.
        case difference(Difference)
        /// The stream paused or the remote clock jumped: what was measured before does not compare.
        case restarted
    }

    /// Takes one packet that arrived, in the order of sending.
    mutating func add(sentAt: Int64, arrivedAt: Int64) -> Outcome {
        let fresh = Group(firstSent: sentAt, lastSent: sentAt, firstArrived: arrivedAt, lastArrived: arrivedAt)
        guard var group = current else {
            current = fresh
            return .nothing
        }
        guard sentAt >= group.firstSent else { return .nothing }
        let sent = sentAt - group.lastSent
        let arrived = arrivedAt - group.lastArrived
        if sent > Self.silence || abs(arrived - sent) > Self.clockJump {
            previous = nil
            current = fresh
            return .restarted
        }
        let heldBack =
            arrived < sent && arrived <= Self.burst && arrivedAt - group.firstArrived < Self.longestBurst
        if sentAt - group.firstSent <= Self.burst || heldBack {
            group.lastSent = max(group.lastSent, sentAt)
            group.lastArrived = max(group.lastArrived, arrivedAt)
            current = group
            return .nothing
        }
        defer {
            previous = group
            current = fresh
        }
        guard let before = previous else { return .nothing }
        return .difference(
            Difference(
                sent: Double(group.lastSent - before.lastSent) / 1e6,
                arrived: Double(group.lastArrived - before.lastArrived) / 1e6, arrivedAt: group.lastArrived))
    }
}
