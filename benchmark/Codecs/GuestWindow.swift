import CX11
import Foundation

/// The largest window of a display, as the capture will find it.
enum GuestWindow {
    /// A window and its size.
    private struct Found {
        let window: xcb_window_t
        let width: Int
        let height: Int
    }

    /// Waits until the largest window has that size.
    ///
    /// - Parameter resizes: gives it the size where it has another: QEMU then scales its guest's picture.
    /// - Throws: `BenchError.childFailed` after five seconds.
    static func settle(width: Int, height: Int, on display: String, resizes: Bool) async throws {
        let unreachable = BenchError.childFailed(what: "the capture", reason: "no X server answers on \(display)")
        guard let connection = xcb_connect(display, nil) else { throw unreachable }
        defer { xcb_disconnect(connection) }
        guard xcb_connection_has_error(connection) == 0,
            let root = xcb_setup_roots_iterator(xcb_get_setup(connection)).data?.pointee
        else { throw unreachable }
        guard width <= Int(root.width_in_pixels), height <= Int(root.height_in_pixels) else {
            throw BenchError.childFailed(
                what: "the capture",
                reason: "the screen of \(display) is \(root.width_in_pixels)x\(root.height_in_pixels), "
                    + "smaller than \(width)x\(height)")
        }
        var seen: Found?
        var asked: xcb_window_t?
        let limit = ContinuousClock.now + .seconds(5)
        while ContinuousClock.now < limit {
            seen = largest(connection, below: root.root)
            if let seen {
                if seen.width == width, seen.height == height { return }
                if resizes, asked != seen.window {
                    asked = seen.window
                    let values: [UInt32] = [0, 0, UInt32(width), UInt32(height)]
                    let fields =
                        XCB_CONFIG_WINDOW_X.rawValue | XCB_CONFIG_WINDOW_Y.rawValue | XCB_CONFIG_WINDOW_WIDTH.rawValue
                        | XCB_CONFIG_WINDOW_HEIGHT.rawValue
                    xcb_configure_window(connection, seen.window, UInt16(fields), values)
                    xcb_flush(connection)
                }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw BenchError.childFailed(
            what: "the capture",
            reason: "the largest window of \(display) is \(seen.map { "\($0.width)x\($0.height)" } ?? "none"), "
                + "not \(width)x\(height)")
    }

    private static func largest(_ connection: OpaquePointer, below root: xcb_window_t) -> Found? {
        guard let tree = xcb_query_tree_reply(connection, xcb_query_tree(connection, root), nil) else { return nil }
        defer { free(tree) }
        let children = UnsafeBufferPointer(
            start: xcb_query_tree_children(tree), count: Int(xcb_query_tree_children_length(tree)))
        return children.compactMap { visible($0, connection) }.max { $0.width * $0.height < $1.width * $1.height }
    }

    private static func visible(_ window: xcb_window_t, _ connection: OpaquePointer) -> Found? {
        guard
            let attributes = xcb_get_window_attributes_reply(
                connection, xcb_get_window_attributes(connection, window), nil)
        else { return nil }
        defer { free(attributes) }
        guard attributes.pointee.map_state == UInt8(XCB_MAP_STATE_VIEWABLE.rawValue),
            let geometry = xcb_get_geometry_reply(connection, xcb_get_geometry(connection, window), nil)
        else { return nil }
        defer { free(geometry) }
        return Found(window: window, width: Int(geometry.pointee.width), height: Int(geometry.pointee.height))
    }
}
