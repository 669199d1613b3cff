/// Reads an event stream (WHATWG HTML, section 9.2) in pieces as they come. What it keeps is bounded: a line or an
/// event that is longer than the limit is an error, after which the stream cannot be read on.
struct EventStreamParser: Sendable {
    /// A line or an event's data exceeds the limit.
    struct TooLong: Error, Equatable, CustomStringConvertible {
        let limit: Int
        var description: String { "an event is longer than \(limit) bytes" }
    }

    /// Most bytes of a line, and of an event's data.
    let limit: Int
    private var line: [UInt8] = []
    private var event = ServerSentEvent()
    private var data: [UInt8] = []
    private var id: String?
    private var endedByReturn = false
    private var isFirstLine = true

    /// - Parameter limit: most bytes of a line, and of an event's data.
    init(limit: Int = 1 << 20) {
        self.limit = limit
    }

    /// Takes the next piece and gives the events that it completed.
    /// - Throws: ``TooLong``.
    mutating func append(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            // A line feed after a carriage return belongs to it, also when a piece ends between them.
            let isSecondHalf = endedByReturn && byte == UInt8(ascii: "\n")
            endedByReturn = byte == UInt8(ascii: "\r")
            if isSecondHalf { continue }
            if endedByReturn || byte == UInt8(ascii: "\n") {
                if let event = try endLine() { events.append(event) }
            } else {
                guard line.count < limit else { throw TooLong(limit: limit) }
                line.append(byte)
            }
        }
        return events
    }

    private mutating func endLine() throws(TooLong) -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xef, 0xbb, 0xbf]) { line.removeFirst(3) }
        }
        guard !line.isEmpty else { return endEvent() }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "event": event.name = String(decoding: value, as: UTF8.self)
        case "data":
            guard data.count + value.count < limit else { throw TooLong(limit: limit) }
            data += value
            data.append(UInt8(ascii: "\n"))
        case "id" where !value.contains(0): id = String(decoding: value, as: UTF8.self)
        // Comments begin with the colon; "retry" and unknown fields say nothing to a program that has its own delays.
        default: break
        }
        return nil
    }

    private mutating func endEvent() -> ServerSentEvent? {
        defer {
            event = ServerSentEvent()
            data.removeAll(keepingCapacity: true)
        }
        guard !data.isEmpty else { return nil }
        event.data = String(decoding: data.dropLast(), as: UTF8.self)
        event.id = id
        if event.name.isEmpty { event.name = "message" }
        return event
    }
}
