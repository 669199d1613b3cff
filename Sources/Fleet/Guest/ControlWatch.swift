import Probe

/// Asks QEMU how the guest is, and knows for how long it has owed the answer.
///
/// A question stays open while reports go on without it: a hung QEMU delays none of them by more than `patience`, and
/// a slow one is not taken for a hung one because every single question was given up too early.
actor ControlWatch {
    /// What is known now.
    struct Answer: Sendable, Equatable {
        /// QEMU's `query-status`; nil before the first answer and after `HealthVerdict.Limit.control` without one.
        var runState: String?
        /// Seconds for which an answer has been owed; 0 when it came.
        var silence = 0.0
        /// The threads that run the guest's processors; nil before QEMU told.
        var processors: [Int32]?
    }

    /// How long a report waits for the answer.
    static let patience = Duration.milliseconds(500)
    /// When a question is given up and asked again; the silence goes on.
    private static let deadline = Duration.seconds(5)

    private var client: QMPClient?
    private var owedSince: ContinuousClock.Instant?
    private var isAsking = false
    private var runState: String?
    private var processors: [Int32]?
    private var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    private var nextWaiter = 0

    /// Asks, unless a question is open, and waits a little.
    ///
    /// - Parameter client: the control connection; nil while QEMU is down. Another one forgets all of the one before.
    func ask(_ client: QMPClient?) async -> Answer {
        if client !== self.client { forget(client) }
        guard let client else { return Answer() }
        owedSince = owedSince ?? .now
        if !isAsking {
            isAsking = true
            let knowsProcessors = processors != nil
            Task {
                let answer = await Self.query(client, knowsProcessors: knowsProcessors)
                self.answered(by: client, answer)
            }
        }
        await waitForAnswer()
        let silence = owedSince.map { $0.duration(to: .now).inSeconds } ?? 0
        return Answer(
            runState: silence > HealthVerdict.Limit.control ? nil : runState, silence: silence, processors: processors)
    }

    private static func query(_ client: QMPClient, knowsProcessors: Bool) async -> (state: String?, cpus: [Int32]?) {
        let state = try? await client.execute("query-status", deadline: deadline)["status"]?.string
        guard state != nil, !knowsProcessors,
            case .array(let cpus)? = try? await client.execute("query-cpus-fast", deadline: deadline)
        else { return (state, nil) }
        return (state, cpus.compactMap { $0["thread-id"]?.integer.flatMap { Int32(exactly: $0) } })
    }

    private func answered(by client: QMPClient, _ answer: (state: String?, cpus: [Int32]?)) {
        guard client === self.client else { return }
        isAsking = false
        if let state = answer.state {
            runState = state
            owedSince = nil
        }
        if let cpus = answer.cpus, !cpus.isEmpty { processors = cpus }
        wakeAll()
    }

    private func forget(_ next: QMPClient?) {
        client = next
        (owedSince, isAsking, runState, processors) = (nil, false, nil, nil)
        wakeAll()
    }

    private func waitForAnswer() async {
        let id = nextWaiter
        nextWaiter += 1
        await withCheckedContinuation { continuation in
            waiting[id] = continuation
            Task {
                try? await Task.sleep(for: Self.patience)
                self.wake(id)
            }
        }
    }

    private func wake(_ id: Int) {
        waiting.removeValue(forKey: id)?.resume()
    }

    private func wakeAll() {
        let all = waiting.values
        waiting = [:]
        for continuation in all { continuation.resume() }
    }
}
