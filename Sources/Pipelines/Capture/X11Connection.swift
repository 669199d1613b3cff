import CX11
import Foundation

/// A connection to an X server. `@unchecked Sendable` so that the thread that will use it can be handed it; after that
/// only that thread does.
final class X11Connection: @unchecked Sendable {
    private let connection: OpaquePointer
    private let root: xcb_window_t

    /// Connects to a display such as `:7`.
    ///
    /// - Throws: `CaptureError.displayUnreachable`.
    init(display: String) throws(CaptureError) {
        var screen: Int32 = 0
        guard let connection = xcb_connect(display, &screen), xcb_connection_has_error(connection) == 0 else {
            throw .displayUnreachable(display)
        }
        var screens = xcb_setup_roots_iterator(xcb_get_setup(connection))
        for _ in 0..<screen { xcb_screen_next(&screens) }
        guard let data = screens.data else {
            xcb_disconnect(connection)
            throw .displayUnreachable(display)
        }
        self.connection = connection
        root = data.pointee.root
    }

    deinit { xcb_disconnect(connection) }

    /// The file descriptor that becomes readable when the server has something to say.
    var descriptor: Int32 { xcb_get_file_descriptor(connection) }

    /// Whether the server has gone.
    var isBroken: Bool { xcb_connection_has_error(connection) != 0 }

    /// Asks for an event whenever a top-level window appears, moves, changes size or goes.
    func watchTopLevelWindows() {
        var mask: UInt32 = UInt32(XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY.rawValue)
        xcb_change_window_attributes(connection, root, XCB_CW_EVENT_MASK.rawValue, &mask)
        xcb_flush(connection)
    }

    /// Takes all events that have arrived.
    ///
    /// - Returns: whether there were any.
    func drainEvents() -> Bool {
        var any = false
        while let event = xcb_poll_for_event(connection) {
            free(event)
            any = true
        }
        return any
    }

    /// The largest mapped top-level window: the guest's, since QEMU is the only client of its display.
    func largestWindow() -> CaptureRegion? {
        guard let tree = xcb_query_tree_reply(connection, xcb_query_tree(connection, root), nil) else { return nil }
        defer { free(tree) }
        let children = UnsafeBufferPointer(
            start: xcb_query_tree_children(tree), count: Int(xcb_query_tree_children_length(tree)))
        return children.compactMap { region(of: $0) }.max {
            $0.size.width * $0.size.height < $1.size.width * $1.size.height
        }
    }

    private func region(of window: xcb_window_t) -> CaptureRegion? {
        guard
            let attributes = xcb_get_window_attributes_reply(
                connection, xcb_get_window_attributes(connection, window), nil)
        else { return nil }
        defer { free(attributes) }
        guard attributes.pointee.map_state == UInt8(XCB_MAP_STATE_VIEWABLE.rawValue),
            let geometry = xcb_get_geometry_reply(connection, xcb_get_geometry(connection, window), nil)
        else { return nil }
        defer { free(geometry) }
        let size = FrameSize(width: Int(geometry.pointee.width), height: Int(geometry.pointee.height))
        return CaptureRegion(x: Int(geometry.pointee.x), y: Int(geometry.pointee.y), size: size)
    }
}
