import Foundation

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
    mutating func append(_ bytes: some Collection<UInt8>) throws(TooLong) -> [ServerSentEvent] {
        let events = bytes.withContiguousStorageIfAvailable { bytes in
            Result { () throws(TooLong) in try read(UnsafeRawBufferPointer(bytes)) }
        }
        guard let events else { return try append(Array(bytes)) }
        return try events.get()
    }

    /// Goes from line end to line end: a node's report is thousands of bytes, and a hub reads one a second of every node.
    private mutating func read(_ bytes: UnsafeRawBufferPointer) throws(TooLong) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        var rest = bytes[...]
        while let first = rest.first {
            // A line feed after a carriage return belongs to it, also when a piece ends between them.
            if endedByReturn, first == UInt8(ascii: "\n") { rest = rest.dropFirst() }
            endedByReturn = false
            let piece = UnsafeRawBufferPointer(rebasing: rest)
            let feed = Self.offset(of: UInt8(ascii: "\n"), in: piece[...])
            let carriage = Self.offset(of: UInt8(ascii: "\r"), in: piece[..<(feed ?? piece.count)])
            let text = piece[..<(carriage ?? feed ?? piece.count)]
            guard line.count + text.count <= limit else { throw TooLong(limit: limit) }
            line.append(contentsOf: text)
            rest = rest.dropFirst(text.count)
            guard !rest.isEmpty else { break }
            rest = rest.dropFirst()
            endedByReturn = carriage != nil
            if let event = try endLine() { events.append(event) }
        }
        return events
    }

    private static func offset(of byte: UInt8, in bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
        let bytes = UnsafeRawBufferPointer(rebasing: bytes)
        guard let base = bytes.baseAddress, let found = memchr(base, Int32(byte), bytes.count) else { return nil }
        return UnsafeRawPointer(found) - base
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
