import Fleet

/// When nodes that are not listened to are tried: the rules, without the doing. Time is passed in.
///
/// A node that is new, that ended its stream, or that has just come up by what discovery says is tried at once. One that
/// did not answer is tried again after a wait that grows, and all of those together only so often: a thousand that are gone
/// cost no more than a few. An attempt that succeeds is not counted, so that a fleet that was cut off is back quickly.
struct NodeAttempts: Sendable {
    /// What bounds them.
    struct Limits: Sendable {
        /// Before a node is tried the second time, and between any two attempts on it.
        var first = Duration.milliseconds(250)
        /// The longest wait of a node's own.
        var last = Duration.seconds(2)
        /// Attempts in a second on nodes that did not answer before, all together.
        var rate = 20.0
        /// The same at once, after a quiet time.
        var burst = 20.0
        /// Attempts under way. One that nothing answers takes a second.
        var concurrent = 128
    }

    private enum Phase: Sendable { case waiting, trying, listening }

    private struct Node: Sendable {
        var phase = Phase.waiting
        var wait: Duration
        /// Which entry of the lists is its own: those of an earlier number are passed over.
        var ticket = 0
        var begun: ContinuousClock.Instant?
        /// The attempt under way is counted.
        var isCounted = false
        /// It is said to have come up while an attempt was under way.
        var isHurried = false
    }

    private struct Entry: Sendable {
        let due: ContinuousClock.Instant
        let id: InstanceID
        let ticket: Int
    }

    private let limits: Limits
    private var nodes: [InstanceID: Node] = [:]
    /// Attempts that are not counted, by the time they are due.
    private var soon: [Entry] = []
    /// Attempts on nodes that did not answer, likewise.
    private var later: [Entry] = []
    private var bucket: TokenBucket
    private var trying = 0
    private var tickets = 0

    init(limits: Limits = Limits(), at now: ContinuousClock.Instant) {
        self.limits = limits
        bucket = TokenBucket(rate: limits.rate, burst: limits.burst, now: now)
    }

    /// A node that is to be listened to.
    mutating func add(_ id: InstanceID, at now: ContinuousClock.Instant) {
        remove(id)
        nodes[id] = Node(wait: limits.first)
        plan(id, in: \.soon, due: now)
    }

    /// A node that is not to be listened to any more.
    mutating func remove(_ id: InstanceID) {
        if nodes.removeValue(forKey: id)?.phase == .trying { trying -= 1 }
    }

    /// A node is said to have come up: its waits begin anew, and it is tried before those that nothing is said of.
    mutating func hurry(_ id: InstanceID, at now: ContinuousClock.Instant) {
        guard let node = nodes[id] else { return }
        set(limits.first, of: id)
        switch node.phase {
        case .listening: break
        case .trying: nodes[id]?.isHurried = true
        case .waiting: plan(id, in: \.soon, due: max(now, node.begun.map { $0 + limits.first } ?? now))
        }
    }

    /// Takes the nodes to be tried now.
    mutating func next(at now: ContinuousClock.Instant) -> [InstanceID] {
        var begun: [InstanceID] = []
        while trying < limits.concurrent {
            if let id = take(from: \.soon, at: now) {
                begin(id, isCounted: false, at: now)
                begun.append(id)
            } else if isDue(\.later, at: now), bucket.take(at: now), let id = take(from: \.later, at: now) {
                begin(id, isCounted: true, at: now)
                begun.append(id)
            } else {
                break
            }
        }
        return begun
    }

    /// When ``next(at:)`` gives something if nothing else happens before; nil when it will not.
    mutating func nextDue(at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard trying < limits.concurrent else { return nil }
        passOver(\.soon)
        passOver(\.later)
        let counted = later.first.map { max($0.due, now + bucket.wait(at: now)) }
        return [soon.first?.due, counted].compactMap(\.self).min()
    }

    /// The node answers, and is listened to from now on.
    mutating func opened(_ id: InstanceID) {
        guard let node = nodes[id], node.phase == .trying else { return }
        trying -= 1
        if node.isCounted { bucket.giveBack() }
        nodes[id]?.phase = .listening
    }

    /// The node reports.
    mutating func reported(_ id: InstanceID) {
        set(limits.first, of: id)
    }

    /// The node gave no answer, or none of use.
    ///
    /// - Parameter jitter: 0.75 to 1.25, by chance: a hub that lost many nodes at once does not come back to all in the
    ///   same instant.
    mutating func failed(
        _ id: InstanceID, at now: ContinuousClock.Instant, jitter: Double = .random(in: 0.75...1.25)
    ) {
        guard let node = nodes[id], rest(id) else { return }
        if node.isHurried { return plan(id, in: \.soon, due: now + limits.first) }
        set(min(node.wait * 2, limits.last), of: id)
        plan(id, in: \.later, due: now + node.wait * jitter)
    }

    /// The node ended what it was telling: whether it comes back is asked at once, unless it had only begun.
    mutating func ended(_ id: InstanceID, at now: ContinuousClock.Instant) {
        guard let node = nodes[id], rest(id) else { return }
        set(limits.first, of: id)
        let hasLasted = node.begun.map { now - $0 > .seconds(1) } ?? true
        plan(id, in: \.soon, due: hasLasted ? now : now + limits.first)
    }

    private mutating func set(_ wait: Duration, of id: InstanceID) { nodes[id]?.wait = wait }

    /// Ends what is under way; false where nothing is.
    private mutating func rest(_ id: InstanceID) -> Bool {
        guard let phase = nodes[id]?.phase, phase != .waiting else { return false }
        if phase == .trying { trying -= 1 }
        nodes[id]?.phase = .waiting
        return true
    }

    private mutating func begin(_ id: InstanceID, isCounted: Bool, at now: ContinuousClock.Instant) {
        trying += 1
        nodes[id]?.phase = .trying
        nodes[id]?.begun = now
        nodes[id]?.isCounted = isCounted
        nodes[id]?.isHurried = false
    }

    private mutating func plan(
        _ id: InstanceID, in list: WritableKeyPath<Self, [Entry]>, due: ContinuousClock.Instant
    ) {
        tickets += 1
        nodes[id]?.ticket = tickets
        var (low, high) = (0, self[keyPath: list].count)
        while low < high {
            let middle = (low + high) / 2
            if self[keyPath: list][middle].due <= due { low = middle + 1 } else { high = middle }
        }
        self[keyPath: list].insert(Entry(due: due, id: id, ticket: tickets), at: low)
    }

    private mutating func passOver(_ list: WritableKeyPath<Self, [Entry]>) {
        let gone = self[keyPath: list].prefix { nodes[$0.id]?.ticket != $0.ticket }.count
        if gone > 0 { self[keyPath: list].removeFirst(gone) }
    }

    private mutating func isDue(_ list: WritableKeyPath<Self, [Entry]>, at now: ContinuousClock.Instant) -> Bool {
        passOver(list)
        return self[keyPath: list].first.map { $0.due <= now } ?? false
    }

    private mutating func take(
        from list: WritableKeyPath<Self, [Entry]>, at now: ContinuousClock.Instant
    ) -> InstanceID? {
        isDue(list, at: now) ? self[keyPath: list].removeFirst().id : nil
    }
}
