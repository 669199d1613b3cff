/// Sends malformed messages over sockets at a steady rate.
struct FloodSender: Sendable {
    /// Messages a second, over all sockets.
    let rate: Int
    let seconds: Int
    /// Time between two bursts.
    private static let tick = Duration.milliseconds(20)

    /// What was sent.
    struct Outcome: Sendable {
        let messages: Int
        /// In seconds.
        let length: Double
        var perSecond: Double { Double(messages) / length }
    }

    /// Sends; each burst makes up for what the time so far asks for, so that a late one loses nothing.
    func run(over sockets: [CrowdSocket], seed: UInt64) async throws -> Outcome {
        var source = MalformedMessage(seed: seed)
        var sent = 0
        let start = ContinuousClock.now
        let end = start + .seconds(seconds)
        var next = start
        var turn = 0
        while ContinuousClock.now < end {
            let due = Int(Double(rate) * ((ContinuousClock.now - start) / .seconds(1)))
            var batches = Array(repeating: [String](), count: sockets.count)
            while sent < due {
                batches[turn % sockets.count].append(source.next())
                turn += 1
                sent += 1
            }
            for (socket, batch) in zip(sockets, batches) where !batch.isEmpty { socket.send(batch) }
            next += Self.tick
            try await Task.sleep(until: next, clock: .continuous)
        }
        return Outcome(messages: sent, length: (ContinuousClock.now - start) / .seconds(1))
    }
}
