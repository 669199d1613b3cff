import Fleet

/// Input on its way to the guest, in the order in which it came, in parts that a PS/2 device takes at a time.
///
/// QEMU's mouse tells at most 127 counts in a packet and has room for four packets. What has none stays with it until
/// something else happens, and adds up with that: a drive into a corner and the step from there would become one
/// motion. Its keyboard forgets what its 16 bytes have no room for.
struct InputQueue {
    /// Gets the time, in nanoseconds, at which QEMU had taken an input.
    typealias Taken = @Sendable (UInt64) -> Void

    /// What is given to QEMU at a time.
    struct Batch {
        var events: [Fleet.InputEvent]
        var taken: [Taken] = []

        /// Whether it is for the keyboard.
        var hasKeys: Bool { events.contains { if case .key = $0 { true } else { false } } }

        /// All who wait for its time, as one; nil where nobody does.
        var told: Taken? {
            guard !taken.isEmpty else { return nil }
            let all = taken
            return { time in for one in all { one(time) } }
        }
    }

    /// Counts of one packet, in each direction.
    static let reach = 127
    /// Events of one batch: a key of the keyboard, with another, or two notches of a wheel.
    static let eventsAtOnce = 4
    /// Batches and motions that may wait, much more than a person makes while they do.
    static let limit = 512

    private enum Item {
        case motion(dx: Int, dy: Int, isDrive: Bool, taken: [Taken])
        case batch(Batch)
    }

    private var items: [Item] = []

    /// Nothing waits.
    var isEmpty: Bool { items.isEmpty }

    /// Adds motion; what waits of the motion just before becomes one with it.
    ///
    /// - Parameter isDrive: it leads into a corner, whatever is between, so that no other may be counted against it.
    /// - Returns: false when too much waits; nothing is added then.
    mutating func move(dx: Int, dy: Int, isDrive: Bool = false, taken: Taken?) -> Bool {
        let taken = taken.map { [$0] } ?? []
        if !isDrive, case .motion(let x, let y, false, let before)? = items.last {
            items[items.count - 1] = .motion(dx: x + dx, dy: y + dy, isDrive: false, taken: before + taken)
            return true
        }
        guard items.count < Self.limit else { return false }
        items.append(.motion(dx: dx, dy: dy, isDrive: isDrive, taken: taken))
        return true
    }

    /// Adds keys, buttons and wheel steps.
    ///
    /// - Returns: false when too much waits; nothing is added then. Releases always find room: there are no more of
    ///   them than presses.
    mutating func add(_ events: [Fleet.InputEvent], taken: Taken?) -> Bool {
        guard items.count < Self.limit || events.allSatisfy(\.isRelease) else { return false }
        for start in stride(from: 0, to: events.count, by: Self.eventsAtOnce) {
            items.append(.batch(Batch(events: Array(events[start...].prefix(Self.eventsAtOnce)))))
        }
        if let taken, case .batch(var last)? = items.last {
            last.taken = [taken]
            items[items.count - 1] = .batch(last)
        }
        return true
    }

    /// Takes out what comes next.
    mutating func next() -> Batch? {
        guard let first = items.first else { return nil }
        switch first {
        case .batch(let batch):
            items.removeFirst()
            return batch
        case .motion(let dx, let dy, let isDrive, let taken):
            let step = (x: Self.held(dx), y: Self.held(dy))
            let events = Self.events(dx: step.x, dy: step.y)
            guard (step.x, step.y) == (dx, dy) else {
                items[0] = .motion(dx: dx - step.x, dy: dy - step.y, isDrive: isDrive, taken: taken)
                return Batch(events: events)
            }
            items.removeFirst()
            return Batch(events: events, taken: taken)
        }
    }

    /// Forgets everything.
    mutating func clear() { items.removeAll() }

    private static func held(_ counts: Int) -> Int { min(max(counts, -reach), reach) }

    private static func events(dx: Int, dy: Int) -> [Fleet.InputEvent] {
        // Motion that came to nothing while it waited is told nevertheless, for somebody waits to hear of it.
        dx == 0 && dy == 0
            ? [.relative(.x, 0)] : (dx == 0 ? [] : [.relative(.x, dx)]) + (dy == 0 ? [] : [.relative(.y, dy)])
    }
}

extension Fleet.InputEvent {
    fileprivate var isRelease: Bool {
        switch self {
        case .key(_, let down), .button(_, let down): !down
        case .relative, .absolute: false
        }
    }
}
