/// Finds frames that some viewers of one encoder got and others did not. No I/O.
enum FrameComparison {
    /// - Parameter logs: what each viewer got, over about the same time.
    /// - Returns: for each, how many frames it lacks of those the others got within the time that all cover.
    static func lost(in logs: [[FrameArrival]]) -> [Int] {
        guard let reference = logs.max(by: { $0.count < $1.count }), let first = reference.first else {
            return logs.map { _ in 0 }
        }
        // Ticks since the reference's first frame, which is the same for a frame wherever it came.
        let sets = logs.map { log -> [Int32] in
            let shift = offset(of: log, from: reference)
            return log.map { Int32(bitPattern: $0.rtp &- shift &- first.rtp) }
        }
        // A viewer without a single frame lost them all.
        let begin = sets.compactMap(\.first).max() ?? 0
        let end = sets.compactMap(\.last).min() ?? 0
        guard begin <= end else { return logs.map { $0.isEmpty ? reference.count : 0 } }
        let all = Set(sets.joined().filter { (begin...end).contains($0) })
        return sets.map { set in all.subtracting(set).count }
    }

    /// What a viewer's timestamps are ahead of the reference's: each session begins at a random one. Frames that came
    /// at about the same time are taken for the same; the most frequent difference is the true one.
    private static func offset(of log: [FrameArrival], from reference: [FrameArrival]) -> UInt32 {
        var votes: [UInt32: Int] = [:]
        var next = 0
        for frame in log {
            while next + 1 < reference.count,
                distance(reference[next + 1].last, frame.last) <= distance(reference[next].last, frame.last)
            {
                next += 1
            }
            votes[frame.rtp &- reference[next].rtp, default: 0] += 1
        }
        return votes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
    }

    private static func distance(_ one: UInt64, _ other: UInt64) -> UInt64 { one > other ? one - other : other - one }
}
