/// Inputs of one viewer that wait for the frame which answers them: the first that differs from the one before it and
/// was grabbed after the guest's machine had taken the input. Pure: times come in from outside, in nanoseconds.
struct EchoQueue {
    /// What is told of an input.
    struct Echo: Equatable {
        /// The viewer's number for the input.
        let id: Int
        /// From the input's arrival at the node until QEMU had taken it.
        let taken: UInt64
        /// From the input's arrival until the changed frame was grabbed.
        let changed: UInt64
        /// The frame's timestamp.
        let frame: UInt64
    }

    /// Inputs that may wait at a time.
    static let limit = 64
    /// After that long nothing will change any more.
    static let patience: UInt64 = 1_000_000_000

    private struct Waiting {
        let id: Int
        let arrived: UInt64
        var taken: UInt64?
    }

    private var waiting: [Waiting] = []

    /// How many wait.
    var count: Int { waiting.count }

    /// An input arrived. The oldest of too many is forgotten.
    mutating func arrived(_ id: Int, at now: UInt64) {
        if waiting.count == Self.limit { waiting.removeFirst() }
        waiting.append(Waiting(id: id, arrived: now, taken: nil))
    }

    /// The guest's machine has taken an input.
    mutating func taken(_ id: Int, at now: UInt64) {
        if let index = waiting.firstIndex(where: { $0.id == id }) { waiting[index].taken = now }
    }

    /// A frame grabbed at that time differs from the one before it.
    ///
    /// - Returns: the inputs that it answers.
    mutating func changed(at frame: UInt64) -> [Echo] {
        var echoes: [Echo] = []
        waiting.removeAll { input in
            guard let taken = input.taken, frame > taken else { return false }
            echoes.append(
                Echo(
                    id: input.id, taken: taken - min(taken, input.arrived), changed: frame - input.arrived, frame: frame
                ))
            return true
        }
        return echoes
    }

    /// Forgets what has waited too long.
    mutating func expire(at now: UInt64) { waiting.removeAll { now > $0.arrived + Self.patience } }

    /// Forgets an input that was refused.
    mutating func refused(_ id: Int) { waiting.removeAll { $0.id == id } }
}
