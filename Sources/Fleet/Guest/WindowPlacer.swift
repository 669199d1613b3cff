import Foundation

/// Moves QEMU's window to the screen's origin.
///
/// Without a window manager SDL centres its first window on the screen and keeps that corner through every later
/// change of size, so the picture would begin somewhere in the middle. Five requests of the X11 protocol mend it, which
/// is less than a dependency on an X library.
struct WindowPlacer: ~Copyable {
    private let connection: UnixSocket
    private let root: UInt32

    /// Connects and logs in.
    ///
    /// - Throws: `GuestError.displayRefused`.
    init(display: Int, cookie: XCookie) throws {
        func refused(_ reason: String) -> GuestError { .displayRefused(display: ":\(display)", reason: reason) }
        guard let connection = UnixSocket(path: DisplayLock.socketPath(display)) else {
            throw refused("nothing listens at \(DisplayLock.socketPath(display))")
        }
        let name = Array(XCookie.protocolName.utf8)
        var hello: [UInt8] = [UInt8(ascii: "l"), 0]
        hello += Self.bytes([11, 0, UInt16(name.count), UInt16(cookie.secret.count), 0])
        hello += name + [UInt8](repeating: 0, count: -name.count & 3) + cookie.secret
        guard connection.write(hello), let head = connection.read(8) else { throw refused("no answer") }
        guard let body = connection.read(Int(Self.u16(head, 6)) * 4) else { throw refused("a short answer") }
        guard head[0] == 1 else {
            throw refused(String(decoding: body.prefix(Int(head[1])), as: UTF8.self))
        }
        // Fixed part, then the vendor's name, the pixmap formats, and the first screen with its root window.
        let screen = 32 + (Int(Self.u16(body, 16)) + 3 & ~3) + 8 * Int(body[21])
        guard body.count >= screen + 4 else { throw refused("a short answer") }
        root = Self.u32(body, screen)
        self.connection = connection
    }

    /// Moves every visible top-level window to 0,0 and the pointer out of the picture.
    ///
    /// - Returns: the largest of them, nil when there is none yet.
    func place(screenWidth: Int, screenHeight: Int) -> GuestWindow? {
        guard let tree = request([15, 0] + Self.bytes([2]) + Self.bytes(root)) else { return nil }
        var found: GuestWindow?
        for index in 0..<Int(Self.u16(tree, 16)) where tree.count >= 36 + 4 * index {
            let window = Self.u32(tree, 32 + 4 * index)
            guard let attributes = request([3, 0] + Self.bytes([2]) + Self.bytes(window)), attributes[26] == 2,
                let geometry = request([14, 0] + Self.bytes([2]) + Self.bytes(window))
            else { continue }
            let (width, height) = (Int(Self.u16(geometry, 16)), Int(Self.u16(geometry, 18)))
            guard width > 1, height > 1 else { continue }
            let position = Self.bytes([5]) + Self.bytes(window) + Self.bytes([3, 0]) + [UInt8](repeating: 0, count: 8)
            guard connection.write([12, 0] + position) else { return nil }
            if width * height > (found.map { $0.width * $0.height } ?? 0) {
                found = GuestWindow(id: window, width: width, height: height)
            }
        }
        let corner = Self.bytes([UInt16(screenWidth - 1), UInt16(screenHeight - 1)])
        let nowhere = [UInt8](repeating: 0, count: 4)
        guard connection.write([41, 0] + Self.bytes([6]) + nowhere + Self.bytes(root) + nowhere + nowhere + corner),
            // A request with an answer, so that what went before it has been done when this returns.
            request([14, 0] + Self.bytes([2]) + Self.bytes(root)) != nil
        else { return nil }
        return found
    }

    private func request(_ bytes: [UInt8]) -> [UInt8]? {
        guard connection.write(bytes) else { return nil }
        while let head = connection.read(32) {
            switch head[0] {
            case 1: return head + (Self.u32(head, 4) == 0 ? [] : connection.read(Int(Self.u32(head, 4)) * 4) ?? [])
            case 0: return nil
            default: continue  // An event nobody asked for.
            }
        }
        return nil
    }

    private static func bytes(_ values: [UInt16]) -> [UInt8] {
        values.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
    }

    private static func bytes(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(value >> (8 * UInt32($0)) & 0xff) }
    }

    private static func u16(_ bytes: [UInt8], _ at: Int) -> UInt16 {
        UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8
    }

    private static func u32(_ bytes: [UInt8], _ at: Int) -> UInt32 {
        UInt32(u16(bytes, at)) | UInt32(u16(bytes, at + 2)) << 16
    }
}
