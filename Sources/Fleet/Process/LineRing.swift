/// The last lines a process wrote: bytes in, whole lines out, bounded in count and in length.
struct LineRing: Sendable {
    /// Lines kept.
    let capacity: Int
    /// Longest line kept, in bytes; the rest of a longer one is dropped.
    let maximumLength: Int
    /// Lines seen since the beginning, kept or not.
    private(set) var total = 0
    private var slots: [String] = []
    private var head = 0
    private var partial: [UInt8] = []

    init(capacity: Int = 200, maximumLength: Int = 1024) {
        self.capacity = capacity
        self.maximumLength = maximumLength
        slots.reserveCapacity(capacity)
    }

    /// The lines kept, oldest first.
    var lines: [String] {
        slots.count < capacity ? slots : Array(slots[head...]) + Array(slots[..<head])
    }

    /// Takes what was read and returns the lines that it completed.
    mutating func append(_ bytes: some Sequence<UInt8>) -> [String] {
        var completed: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                completed.append(finishLine())
            } else if partial.count < maximumLength {
                partial.append(byte)
            }
        }
        return completed
    }

    /// Turns an unfinished last line into a line, at the end of the stream.
    mutating func flush() -> String? {
        partial.isEmpty ? nil : finishLine()
    }

    private mutating func finishLine() -> String {
        if partial.last == UInt8(ascii: "\r") { partial.removeLast() }
        let line = String(decoding: partial, as: UTF8.self)
        partial.removeAll(keepingCapacity: true)
        push(line)
        return line
    }

    private mutating func push(_ line: String) {
        total += 1
        if slots.count < capacity {
            slots.append(line)
        } else {
            slots[head] = line
            head = (head + 1) % capacity
        }
    }
}
