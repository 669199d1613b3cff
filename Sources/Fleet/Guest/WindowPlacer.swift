/// Moves QEMU's window to the screen's origin.
///
/// Without a window manager SDL centres its first window on the screen and keeps that corner through every later
/// change of size, so the picture would begin somewhere in the middle.
struct WindowPlacer: ~Copyable {
    private var connection: XConnection

    /// Connects and logs in.
    ///
    /// - Throws: `GuestError.displayRefused`.
    init(display: Int, cookie: XCookie) throws {
        connection = try XConnection(display: display, cookie: cookie)
    }

    /// Moves every visible top-level window to 0,0 and the pointer out of the picture.
    ///
    /// - Returns: the largest of them, nil when there is none yet.
    mutating func place(screenWidth: Int, screenHeight: Int) -> GuestWindow? {
        let root = XConnection.bytes(connection.root)
        guard let tree = connection.request([15, 0] + XConnection.bytes([2]) + root) else { return nil }
        var found: GuestWindow?
        for index in 0..<Int(XConnection.u16(tree, 16)) where tree.count >= 36 + 4 * index {
            let window = XConnection.u32(tree, 32 + 4 * index)
            let id = XConnection.bytes([2]) + XConnection.bytes(window)
            guard let attributes = connection.request([3, 0] + id), attributes[26] == 2,
                let geometry = connection.request([14, 0] + id)
            else { continue }
            let (width, height) = (Int(XConnection.u16(geometry, 16)), Int(XConnection.u16(geometry, 18)))
            guard width > 1, height > 1 else { continue }
            let position =
                XConnection.bytes([5]) + XConnection.bytes(window) + XConnection.bytes([3, 0])
                + [UInt8](repeating: 0, count: 8)
            guard connection.send([12, 0] + position) else { return nil }
            if width * height > (found.map { $0.width * $0.height } ?? 0) {
                found = GuestWindow(id: window, width: width, height: height)
            }
        }
        let corner = XConnection.bytes([UInt16(screenWidth - 1), UInt16(screenHeight - 1)])
        let nowhere = [UInt8](repeating: 0, count: 4)
        guard connection.send([41, 0] + XConnection.bytes([6]) + nowhere + root + nowhere + nowhere + corner),
            connection.synchronise()
        else { return nil }
        return found
    }
}
