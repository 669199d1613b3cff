import Synchronization

/// Keeps the window of a QEMU that takes a guest over out of the picture until the guest is in it, then puts it in the
/// place of the one before, so that viewers see neither an empty window nor a change of size.
///
/// For that time it is the display's window manager in the X protocol's sense (SubstructureRedirect): windows are only
/// shown, moved and resized by it.
final class WindowUsher: Sendable {
    private enum Wish: Int, AtomicRepresentable {
        case hide, show, leave
    }

    private let display: Int
    private let cookie: XCookie
    private let screenWidth: Int
    private let wish = Atomic<Wish>(.hide)

    init(display: Int, cookie: XCookie, screenWidth: Int) {
        self.display = display
        self.cookie = cookie
        self.screenWidth = screenWidth
    }

    /// Shows the hidden window; `run` then returns it.
    func show() { wish.store(.show, ordering: .sequentiallyConsistent) }

    /// Gives up; `run` then returns nil.
    func leave() { wish.store(.leave, ordering: .sequentiallyConsistent) }

    /// The size of a window now; nil when it is gone.
    private static func size(of window: UInt32, _ connection: inout XConnection) -> GuestWindow? {
        connection.request([14, 0] + XConnection.bytes([2]) + XConnection.bytes(window)).map {
            GuestWindow(id: window, width: Int(XConnection.u16($0, 16)), height: Int(XConnection.u16($0, 18)))
        }
    }

    /// Serves the display until `show` or `leave` is called, at most `limit`, on a thread that may block.
    ///
    /// - Parameters:
    ///   - old: the window whose place is taken.
    ///   - ready: called once windows are under control: a window made from then on is kept hidden.
    /// - Throws: `GuestError.displayRefused`.
    func run(limit: Duration, replacing old: UInt32, ready: () -> Void) throws -> GuestWindow? {
        var connection = try XConnection(display: display, cookie: cookie)
        let root = XConnection.bytes(connection.root)
        let redirect: UInt32 = 1 << 20
        let eventMask: UInt32 = 1 << 11
        guard
            connection.send(
                [2, 0] + XConnection.bytes([4]) + root + XConnection.bytes(eventMask) + XConnection.bytes(redirect)),
            connection.synchronise()
        else { throw GuestError.displayRefused(display: ":\(display)", reason: "it went away") }
        ready()
        var guest: GuestWindow?
        let end = ContinuousClock.now + limit
        var patience: ContinuousClock.Instant?
        while .now < end {
            // 2 ms is the time by which a reveal may be late.
            if let event = connection.nextEvent(within: 2) {
                if event[0] == 0 {
                    throw GuestError.displayRefused(display: ":\(display)", reason: "it has a window manager")
                }
                guard serve(event, &connection, &guest) else { break }
            }
            switch wish.load(ordering: .sequentiallyConsistent) {
            case .hide: continue
            case .leave: return nil
            case .show:
                // The new window still has the size it began with until QEMU looks at the guest's mode, within a frame.
                let deadline = patience ?? .now + .milliseconds(100)
                patience = deadline
                guard let window = guest else { continue }
                if let before = Self.size(of: old, &connection), .now < deadline,
                    (before.width, before.height) != (window.width, window.height)
                {
                    continue
                }
                _ = Self.configure(window.id, [(0, 0), (1, 0), (6, 0)], &connection)
                _ = connection.synchronise()
                return window
            }
        }
        return nil
    }

    /// - Returns: false when the server is gone.
    private func serve(_ event: [UInt8], _ connection: inout XConnection, _ guest: inout GuestWindow?) -> Bool {
        let window = XConnection.u32(event, 8)
        switch event[0] & 0x7f {
        case 20:  // MapRequest
            if guest == nil { guest = GuestWindow(id: window, width: 0, height: 0) }
            if guest?.id == window {
                guest = Self.size(of: window, &connection) ?? guest
                // Without a background the server leaves the old picture where the window appears, until it is drawn.
                let noBackground = XConnection.bytes(1) + XConnection.bytes(0)
                let attributes = [2, 0] + XConnection.bytes([4]) + XConnection.bytes(window) + noBackground
                guard connection.send(attributes),
                    Self.configure(window, [(0, UInt32(screenWidth)), (1, 0), (6, 1)], &connection)
                else { return false }
            }
            return connection.send([8, 0] + XConnection.bytes([2]) + XConnection.bytes(window))
        case 23:  // ConfigureRequest
            let (width, height) = (UInt32(XConnection.u16(event, 20)), UInt32(XConnection.u16(event, 22)))
            let mask = XConnection.u16(event, 26)
            var wishes: [(Int, UInt32)] = []
            if guest?.id != window {
                for (bit, at) in [(0, 16), (1, 18)] where mask & 1 << bit != 0 {
                    wishes.append((bit, UInt32(truncatingIfNeeded: Int16(bitPattern: XConnection.u16(event, at)))))
                }
            } else {
                guest = GuestWindow(
                    id: window, width: mask & 4 != 0 ? Int(width) : guest?.width ?? 0,
                    height: mask & 8 != 0 ? Int(height) : guest?.height ?? 0)
            }
            if mask & 4 != 0 { wishes.append((2, width)) }
            if mask & 8 != 0 { wishes.append((3, height)) }
            return wishes.isEmpty || Self.configure(window, wishes, &connection)
        default: return true
        }
    }

    /// ConfigureWindow with values by their bit: 0 x, 1 y, 2 width, 3 height, 6 order (0 above all, 1 below all).
    private static func configure(
        _ window: UInt32, _ values: [(Int, UInt32)], _ connection: inout XConnection
    ) -> Bool {
        let mask = values.reduce(UInt16(0)) { $0 | 1 << UInt16($1.0) }
        return connection.send(
            [12, 0] + XConnection.bytes([UInt16(3 + values.count)]) + XConnection.bytes(window)
                + XConnection.bytes([mask, 0]) + values.flatMap { XConnection.bytes($0.1) })
    }
}
