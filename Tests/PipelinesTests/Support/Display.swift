import CX11
import Foundation
import TestSupport
import Testing

/// A real X server of the test's own, with one window to draw in.
final class Display: @unchecked Sendable {
    // @unchecked: used by one test at a time.
    let name: String
    private let server = Process()
    private let output = Pipe()
    private let connection: OpaquePointer
    private let root: xcb_window_t
    private var window: xcb_window_t = 0
    private var context: xcb_gcontext_t = 0

    /// - Parameters:
    ///   - screen: size and depth.
    ///   - without: extensions to leave out.
    init(screen: String = "1024x768x24", without extensions: [String] = []) throws {
        server.executableURL = URL(fileURLWithPath: "/usr/bin/Xvfb")
        server.arguments = ["-displayfd", "1", "-screen", "0", screen, "-nolisten", "tcp", "-noreset"]
        server.arguments! += extensions.flatMap { ["-extension", $0] }
        server.standardOutput = output
        server.standardError = FileHandle.nullDevice
        try server.run()
        // Xvfb writes its number once it is ready.
        let number = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        name = ":" + number.trimmingCharacters(in: .whitespacesAndNewlines)
        connection = xcb_connect(name, nil)
        root = xcb_setup_roots_iterator(xcb_get_setup(connection)).data.pointee.root
    }

    /// Opens the window, somewhere on the screen.
    func open(width: UInt16, height: UInt16, x: Int16 = 0, y: Int16 = 0) {
        window = xcb_generate_id(connection)
        xcb_create_window(
            connection, UInt8(XCB_COPY_FROM_PARENT), window, root, x, y, width, height, 0,
            UInt16(XCB_WINDOW_CLASS_INPUT_OUTPUT.rawValue), UInt32(XCB_COPY_FROM_PARENT), 0, nil)
        xcb_map_window(connection, window)
        context = xcb_generate_id(connection)
        xcb_create_gc(connection, context, window, 0, nil)
        xcb_flush(connection)
    }

    func resize(width: UInt32, height: UInt32) {
        let values = [width, height]
        xcb_configure_window(
            connection, window, UInt16(XCB_CONFIG_WINDOW_WIDTH.rawValue | XCB_CONFIG_WINDOW_HEIGHT.rawValue), values)
        xcb_flush(connection)
    }

    /// Takes the window off the screen, or puts it back.
    func show(_ isShown: Bool) {
        _ = isShown ? xcb_map_window(connection, window) : xcb_unmap_window(connection, window)
        xcb_flush(connection)
    }

    /// The server's process, for those who look at what it costs or hold it up.
    var pid: Int32 { server.processIdentifier }

    /// Ends the server by force, as the kernel does when memory is short.
    func die() { kill(server.processIdentifier, SIGKILL) }

    /// Fills the window with a colour.
    func fill(_ colour: UInt32) {
        var colour = colour
        xcb_change_gc(connection, context, XCB_GC_FOREGROUND.rawValue, &colour)
        var all = xcb_rectangle_t(x: 0, y: 0, width: 4096, height: 4096)
        xcb_poly_fill_rectangle(connection, window, context, 1, &all)
        xcb_flush(connection)
    }

    /// Paints a square of a colour, so that the next frame differs.
    func paint(_ colour: UInt32) {
        var colour = colour
        xcb_change_gc(connection, context, XCB_GC_FOREGROUND.rawValue, &colour)
        var square = xcb_rectangle_t(x: 10, y: 10, width: 20, height: 20)
        xcb_poly_fill_rectangle(connection, window, context, 1, &square)
        xcb_flush(connection)
    }

    func close() async throws {
        xcb_disconnect(connection)
        try output.fileHandleForReading.close()
        // Killed: it inherited a blocked SIGTERM from the thread that started it.
        kill(server.processIdentifier, SIGKILL)
        // Not waitUntilExit(): it runs a run loop, which never ends on a thread of Swift's pool.
        let pid = server.processIdentifier
        try await eventually("the end of the X server") {
            (waitpid(pid, nil, WNOHANG) != 0, "pid \(pid) runs")
        }
        unlink("/tmp/.X\(name.dropFirst())-lock")
        unlink("/tmp/.X11-unix/X\(name.dropFirst())")
    }
}
