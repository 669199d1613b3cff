import CX11
import Foundation

/// A window at the upper left of an X display that no window manager decorates, and the memory it is drawn from.
///
/// Used by one thread. No wait is longer than ``patience``, but the one for the server's greeting, which xcb does not end
/// as long as the server lives.
final class ContentWindow {
    /// How long the server may take for a picture, in seconds.
    private static let patience = 5

    /// The next picture: four bytes a pixel (blue, green, red, unused), rows without gaps. Not to be touched between
    /// ``show()`` and the return of ``waitUntilTaken()``.
    let pixels: UnsafeMutableRawBufferPointer
    private let display: String
    private let format: ScreenFormat
    private let connection: OpaquePointer
    private let window: xcb_window_t
    private let context: xcb_gcontext_t
    private let depth: UInt8
    /// The server's name for the memory; nil where it is this process's own.
    private var segment: xcb_shm_seg_t?
    private let isMapped: Bool
    private var completionEvent: UInt8 = 0
    private var isTaken = true
    private var hasFailed = false

    /// The connection's socket, to be waited for along with others.
    var socket: Int32 { xcb_get_file_descriptor(connection) }

    /// Opens the window.
    ///
    /// - Parameter display: such as `:7`.
    /// - Throws: `ContentError`.
    init(display: String, format: ScreenFormat) throws {
        var number: Int32 = 0
        guard let connection = xcb_connect(display, &number), xcb_connection_has_error(connection) == 0 else {
            throw ContentError.displayUnreachable(display)
        }
        self.display = display
        self.format = format
        self.connection = connection
        let setup = xcb_get_setup(connection)
        var screens = xcb_setup_roots_iterator(setup)
        for _ in 0..<number { xcb_screen_next(&screens) }
        guard let setup, let screen = screens.data?.pointee else {
            xcb_disconnect(connection)
            throw ContentError.displayUnreachable(display)
        }
        let (width, height) = (Int(screen.width_in_pixels), Int(screen.height_in_pixels))
        guard screen.root_depth == 24, setup.pointee.image_byte_order == UInt8(XCB_IMAGE_ORDER_LSB_FIRST.rawValue)
        else {
            xcb_disconnect(connection)
            throw ContentError.unsupportedPixels(display)
        }
        guard width >= format.width, height >= format.height else {
            xcb_disconnect(connection)
            throw ContentError.displayTooSmall(display, width: width, height: height)
        }
        depth = screen.root_depth
        window = xcb_generate_id(connection)
        context = xcb_generate_id(connection)
        // In the order of the mask's bits: background pixel, override redirect.
        let values: [UInt32] = [screen.black_pixel, 1]
        xcb_create_window(
            connection, depth, window, screen.root, 0, 0, UInt16(format.width), UInt16(format.height), 0,
            UInt16(XCB_WINDOW_CLASS_INPUT_OUTPUT.rawValue), screen.root_visual,
            XCB_CW_BACK_PIXEL.rawValue | XCB_CW_OVERRIDE_REDIRECT.rawValue, values)
        xcb_create_gc(connection, context, window, 0, nil)
        if let memory = Self.sharedMemory(format.frameBytes, connection) {
            (pixels, segment, completionEvent, isMapped) = (memory.bytes, memory.segment, memory.event, true)
        } else {
            pixels = .allocate(byteCount: format.frameBytes, alignment: 64)
            isMapped = false
        }
        // Whether the server took the memory shows in an error before the answer.
        let hadSegment = segment != nil
        try synchronise()
        if hadSegment, hasFailed { segment = nil }
        hasFailed = false
    }

    deinit {
        xcb_disconnect(connection)
        if isMapped { munmap(pixels.baseAddress!, pixels.count) } else { pixels.deallocate() }
    }

    /// Puts the picture into the window; the first makes that visible.
    func show() {
        let (width, height) = (UInt16(format.width), UInt16(format.height))
        let kind = UInt8(XCB_IMAGE_FORMAT_Z_PIXMAP.rawValue)
        xcb_map_window(connection, window)
        if let segment {
            isTaken = false
            xcb_shm_put_image(
                connection, window, context, width, height, 0, 0, width, height, 0, 0, depth, kind, 1, segment, 0)
        } else {
            // In stripes that fit into a request; the length is in words, and its head wants some.
            let row = format.width * 4
            let rows = max(1, (Int(xcb_get_maximum_request_length(connection)) * 4 - 64) / row)
            for y in stride(from: 0, to: format.height, by: rows) {
                let count = min(rows, format.height - y)
                let bytes = pixels.baseAddress!.advanced(by: y * row).assumingMemoryBound(to: UInt8.self)
                xcb_put_image(
                    connection, kind, window, context, width, UInt16(count), 0, Int16(y), 0, depth,
                    UInt32(count * row), bytes)
            }
        }
        xcb_flush(connection)
    }

    /// Waits until the server needs the memory no more.
    ///
    /// - Throws: `ContentError.displayLost`, `displaySilent`.
    func waitUntilTaken() throws {
        try wait { [self] in
            takeEvents()
            return isTaken
        }
    }

    /// Throws where the server has gone or refused a picture.
    func check() throws {
        takeEvents()
        if hasFailed || xcb_connection_has_error(connection) != 0 { throw ContentError.displayLost(display) }
    }

    private func takeEvents() {
        while let event = xcb_poll_for_event(connection) {
            let kind = event.pointee.response_type & 0x7f
            if kind == 0 { hasFailed = true }
            if segment != nil, kind == completionEvent { isTaken = true }
            free(event)
        }
    }

    /// Waits until the server has carried out all requests.
    private func synchronise() throws {
        let cookie = xcb_get_input_focus(connection)
        var (answer, error): (UnsafeMutableRawPointer?, UnsafeMutablePointer<xcb_generic_error_t>?)
        xcb_flush(connection)
        try wait { xcb_poll_for_reply(connection, cookie.sequence, &answer, &error) != 0 }
        free(answer)
        free(error)
        takeEvents()
    }

    private func wait(for condition: () -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(Self.patience)
        while !condition() {
            guard xcb_connection_has_error(connection) == 0 else { throw ContentError.displayLost(display) }
            guard ContinuousClock.now < deadline else {
                throw ContentError.displaySilent(display, seconds: Self.patience)
            }
            var wait = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            _ = poll(&wait, 1, 20)
        }
    }

    /// Memory that is shared through a descriptor; nil where the server is not on this machine or offers none.
    private static func sharedMemory(
        _ size: Int, _ connection: OpaquePointer
    ) -> (bytes: UnsafeMutableRawBufferPointer, segment: xcb_shm_seg_t, event: UInt8)? {
        var (address, length) = (sockaddr(), socklen_t(MemoryLayout<sockaddr>.size))
        guard getsockname(xcb_get_file_descriptor(connection), &address, &length) == 0,
            address.sa_family == sa_family_t(AF_UNIX),
            let extent = loco_shm_extension(connection), extent.pointee.present != 0
        else { return nil }
        let file = memfd_create("loco-bench-content", LOCO_MEMFD_CLOEXEC)
        guard file >= 0 else { return nil }
        guard ftruncate(file, size) == 0,
            let mapped = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), mapped != MAP_FAILED
        else {
            close(file)
            return nil
        }
        let segment = xcb_generate_id(connection)
        // xcb closes the descriptor once it is sent.
        xcb_shm_attach_fd(connection, segment, file, 1)
        return (
            UnsafeMutableRawBufferPointer(start: mapped, count: size), segment,
            extent.pointee.first_event + UInt8(XCB_SHM_COMPLETION)
        )
    }
}
