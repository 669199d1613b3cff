import Foundation

/// A connection to an X server for the few requests that Loco makes, on a thread that may block: less than a dependency
/// on an X library.
struct XConnection: ~Copyable {
    /// The screen's root window.
    let root: UInt32
    private let socket: UnixSocket
    private var events: [[UInt8]] = []

    /// Connects and logs in.
    ///
    /// - Throws: `GuestError.displayRefused`.
    init(display: Int, cookie: XCookie) throws {
        func refused(_ reason: String) -> GuestError { .displayRefused(display: ":\(display)", reason: reason) }
        guard let socket = UnixSocket(path: DisplayLock.socketPath(display)) else {
            throw refused("nothing listens at \(DisplayLock.socketPath(display))")
        }
        let name = Array(XCookie.protocolName.utf8)
        var hello: [UInt8] = [UInt8(ascii: "l"), 0]
        hello += Self.bytes([11, 0, UInt16(name.count), UInt16(cookie.secret.count), 0])
        hello += name + [UInt8](repeating: 0, count: -name.count & 3) + cookie.secret
        guard socket.write(hello), let head = socket.read(8) else { throw refused("no answer") }
        guard let body = socket.read(Int(Self.u16(head, 6)) * 4) else { throw refused("a short answer") }
        guard head[0] == 1 else {
            throw refused(String(decoding: body.prefix(Int(head[1])), as: UTF8.self))
        }
        // Fixed part, then the vendor's name, the pixmap formats, and the first screen with its root window.
        let screen = 32 + (Int(Self.u16(body, 16)) + 3 & ~3) + 8 * Int(body[21])
        guard body.count >= screen + 4 else { throw refused("a short answer") }
        root = Self.u32(body, screen)
        self.socket = socket
    }

    /// Sends a request that has no answer.
    func send(_ bytes: [UInt8]) -> Bool { socket.write(bytes) }

    /// Sends a request and returns its answer; nil for an error or a server that is gone.
    mutating func request(_ bytes: [UInt8]) -> [UInt8]? {
        guard socket.write(bytes) else { return nil }
        while let head = socket.read(32) {
            switch head[0] {
            case 1: return head + (Self.u32(head, 4) == 0 ? [] : socket.read(Int(Self.u32(head, 4)) * 4) ?? [])
            case 0: return nil
            default: events.append(head)
            }
        }
        return nil
    }

    /// The next event or error within `milliseconds`; nil when there is none.
    mutating func nextEvent(within milliseconds: Int32) -> [UInt8]? {
        if !events.isEmpty { return events.removeFirst() }
        guard socket.isReadable(within: milliseconds) else { return nil }
        return socket.read(32)
    }

    /// True when what was sent before has been done.
    mutating func synchronise() -> Bool {
        request([14, 0] + Self.bytes([2]) + Self.bytes(root)) != nil
    }

    static func bytes(_ values: [UInt16]) -> [UInt8] {
        values.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
    }

    static func bytes(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(value >> (8 * UInt32($0)) & 0xff) }
    }

    static func u16(_ bytes: [UInt8], _ at: Int) -> UInt16 {
        UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8
    }

    static func u32(_ bytes: [UInt8], _ at: Int) -> UInt32 {
        UInt32(u16(bytes, at)) | UInt32(u16(bytes, at + 2)) << 16
    }
}
