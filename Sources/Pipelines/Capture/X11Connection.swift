import CX11
import Foundation
import GStreamer

/// A connection to an X server. `@unchecked Sendable` so that the thread that will use it can be handed it; after that
/// only that thread does.
///
/// No call waits longer than until the capture is stopped, not even for a server that does not answer any more. Opening
/// one does: xcb waits for the server's greeting, as long as the server lives.
final class X11Connection: @unchecked Sendable {
    /// What the server reported since it was asked last.
    struct Events {
        /// Something was drawn.
        var damaged = false
        /// A top-level window appeared, moved, changed size or went, or the screen did.
        var windowsChanged = false
    }

    private let connection: OpaquePointer
    private let root: xcb_window_t
    private let control: CaptureControl
    private var damage: xcb_damage_damage_t?
    private var damageEvent: UInt8 = 0
    private let mayShareMemory: Bool
    private var sharesMemory = false
    /// Told when a reply has been waited for too long, and when one has come after that.
    var onSilence: (_ isSilent: Bool) -> Void = { _ in }

    /// Connects to a display such as `:7`.
    ///
    /// - Parameters:
    ///   - control: ends the waits.
    ///   - sharesMemory: whether pictures may come through shared memory, where the server offers that.
    /// - Throws: `CaptureError`.
    init(display: String, control: CaptureControl, sharesMemory: Bool = true) throws(CaptureError) {
        var screen: Int32 = 0
        guard let connection = xcb_connect(display, &screen), xcb_connection_has_error(connection) == 0 else {
            throw .displayUnreachable(display)
        }
        let setup = xcb_get_setup(connection)
        var screens = xcb_setup_roots_iterator(setup)
        for _ in 0..<screen { xcb_screen_next(&screens) }
        guard let data = screens.data else {
            xcb_disconnect(connection)
            throw .displayUnreachable(display)
        }
        guard Self.isBGRx(data, setup: setup) else {
            // The screens belong to the connection.
            let depth = Int(data.pointee.root_depth)
            xcb_disconnect(connection)
            throw .unsupportedPixels(display: display, depth: depth)
        }
        self.connection = connection
        self.control = control
        mayShareMemory = sharesMemory
        root = data.pointee.root
        control.use(socket: xcb_get_file_descriptor(connection))
    }

    deinit {
        control.use(socket: nil)
        xcb_disconnect(connection)
    }

    /// Whether the server has gone.
    var isBroken: Bool { xcb_connection_has_error(connection) != 0 }

    /// Waits until the server has something to say, the control has, or that time (nanoseconds of `CLOCK_MONOTONIC`;
    /// nil: none) has come.
    func wait(until time: UInt64?, now: UInt64) {
        xcb_flush(connection)
        var waits = [
            pollfd(fd: xcb_get_file_descriptor(connection), events: Int16(POLLIN), revents: 0),
            pollfd(fd: control.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        // Never for ever: a minute is nothing to wake up for, and bounds whatever was overlooked.
        let left = min(time.map { $0 > now ? $0 - now : 0 } ?? .max, 60_000_000_000)
        var timeout = timespec(tv_sec: Int(left / 1_000_000_000), tv_nsec: Int(left % 1_000_000_000))
        _ = ppoll(&waits, 2, &timeout, nil)
        if waits[1].revents != 0 { control.clear() }
    }

    /// Takes all events that have arrived.
    func takeEvents() -> Events {
        var events = Events()
        while let event = xcb_poll_for_event(connection) {
            let kind = event.pointee.response_type & 0x7f
            // Errors have kind 0: a request was late for something that had gone, which the next look finds out.
            let isDamage = damage != nil && kind == damageEvent
            if isDamage { events.damaged = true }
            if !isDamage, kind != 0 { events.windowsChanged = true }
            free(event)
        }
        return events
    }

    // MARK: Windows

    /// Asks for an event whenever a top-level window appears, moves, changes size or goes, or the screen's size changes.
    func watchWindows() {
        var mask = XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY.rawValue | XCB_EVENT_MASK_STRUCTURE_NOTIFY.rawValue
        xcb_change_window_attributes(connection, root, XCB_CW_EVENT_MASK.rawValue, &mask)
    }

    /// The visible part of the largest mapped top-level window: the guest's, since QEMU is the only client of its
    /// display.
    func largestWindow() -> CaptureRegion? {
        guard let screen = geometry(of: root)?.size,
            let answer = reply(xcb_query_tree(connection, root).sequence).answer
        else { return nil }
        defer { free(answer) }
        let tree = answer.assumingMemoryBound(to: xcb_query_tree_reply_t.self)
        let children = UnsafeBufferPointer(
            start: xcb_query_tree_children(tree), count: Int(xcb_query_tree_children_length(tree)))
        return children.compactMap { isViewable($0) ? geometry(of: $0)?.clipped(to: screen) : nil }.max {
            $0.size.width * $0.size.height < $1.size.width * $1.size.height
        }
    }

    private func isViewable(_ window: xcb_window_t) -> Bool {
        guard let answer = reply(xcb_get_window_attributes(connection, window).sequence).answer else { return false }
        defer { free(answer) }
        return answer.assumingMemoryBound(to: xcb_get_window_attributes_reply_t.self).pointee.map_state
            == UInt8(XCB_MAP_STATE_VIEWABLE.rawValue)
    }

    private func geometry(of drawable: xcb_drawable_t) -> CaptureRegion? {
        guard let answer = reply(xcb_get_geometry(connection, drawable).sequence).answer else { return nil }
        defer { free(answer) }
        let geometry = answer.assumingMemoryBound(to: xcb_get_geometry_reply_t.self).pointee
        let border = Int(geometry.border_width)
        return CaptureRegion(
            x: Int(geometry.x) + border, y: Int(geometry.y) + border,
            size: FrameSize(width: Int(geometry.width), height: Int(geometry.height)))
    }

    // MARK: Damage

    /// Asks for an event with the first drawing after each grab, anywhere on the screen: the damage outlives the
    /// guest's window and its sizes, so that none is lost in between.
    ///
    /// - Returns: whether the server can tell.
    func watchDamage() -> Bool {
        guard let extent = loco_damage_extension(connection), extent.pointee.present != 0,
            let answer = reply(xcb_damage_query_version(connection, 1, 1).sequence).answer
        else { return false }
        free(answer)
        damageEvent = extent.pointee.first_event + UInt8(XCB_DAMAGE_NOTIFY)
        let damage = xcb_generate_id(connection)
        xcb_damage_create(connection, damage, root, UInt8(XCB_DAMAGE_REPORT_LEVEL_NON_EMPTY.rawValue))
        self.damage = damage
        return true
    }

    // MARK: Pictures

    /// Finds out whether pictures can come through shared memory; until then they do not.
    func agreeOnMemory() { sharesMemory = mayShareMemory && canShareMemory() }

    /// Memory for pictures of a size. To be given back with ``release(_:)``.
    func image(of size: FrameSize) -> X11Image {
        let bytes = size.width * size.height * 4
        if sharesMemory, let image = X11Image(size: bytes, sharedOver: connection) { return image }
        return X11Image(size: bytes)
    }

    /// Lets the server forget an image's memory.
    func release(_ image: X11Image) {
        if let segment = image.segment { xcb_shm_detach(connection, segment) }
    }

    /// Reads what a part of the screen shows now. The server forgets the damage just before it copies: whatever is
    /// drawn later is told anew.
    ///
    /// The screen, not the guest's window: that may go at any time, and there is no error if it does.
    ///
    /// - Returns: whether the image now holds the picture. After a failure the image is to be made anew.
    func grab(_ region: CaptureRegion, into image: X11Image) -> Bool {
        if let damage { xcb_damage_subtract(connection, damage, 0, 0) }
        let (x, y) = (Int16(region.x), Int16(region.y))
        let (width, height) = (UInt16(region.size.width), UInt16(region.size.height))
        let format = UInt8(XCB_IMAGE_FORMAT_Z_PIXMAP.rawValue)
        if let segment = image.segment {
            let cookie = xcb_shm_get_image(connection, root, x, y, width, height, .max, format, segment, 0)
            let (answer, error) = reply(cookie.sequence)
            free(answer)
            // A server that cannot reach the memory (of another user, or machine) gets none from here on. BadMatch is
            // no such thing: the screen has shrunk.
            if let error, error != UInt8(XCB_MATCH) { sharesMemory = false }
            return answer != nil
        }
        let cookie = xcb_get_image(connection, format, root, x, y, width, height, .max)
        guard let answer = reply(cookie.sequence).answer else { return false }
        defer { free(answer) }
        let picture = answer.assumingMemoryBound(to: xcb_get_image_reply_t.self)
        guard let bytes = xcb_get_image_data(picture), xcb_get_image_data_length(picture) >= image.bytes.count else {
            return false
        }
        image.bytes.copyMemory(from: UnsafeRawBufferPointer(start: bytes, count: image.bytes.count))
        return true
    }

    /// Whether the screen's pixels are four bytes, of which the lowest is blue: what Xvfb has at depth 24.
    private static func isBGRx(
        _ pointer: UnsafeMutablePointer<xcb_screen_t>, setup: UnsafePointer<xcb_setup_t>?
    ) -> Bool {
        let screen = pointer.pointee
        guard let setup, setup.pointee.image_byte_order == UInt8(XCB_IMAGE_ORDER_LSB_FIRST.rawValue) else {
            return false
        }
        let formats = UnsafeBufferPointer(
            start: xcb_setup_pixmap_formats(setup), count: Int(xcb_setup_pixmap_formats_length(setup)))
        guard formats.contains(where: { $0.depth == screen.root_depth && $0.bits_per_pixel == 32 }) else {
            return false
        }
        // The iterators walk the memory behind the structure, which a copy of it would not have.
        var depths = xcb_screen_allowed_depths_iterator(pointer)
        while depths.rem > 0 {
            let visuals = UnsafeBufferPointer(
                start: xcb_depth_visuals(depths.data), count: Int(xcb_depth_visuals_length(depths.data)))
            if let visual = visuals.first(where: { $0.visual_id == screen.root_visual }) {
                return visual._class == UInt8(XCB_VISUAL_CLASS_TRUE_COLOR.rawValue)
                    && (visual.red_mask, visual.green_mask, visual.blue_mask) == (0xff0000, 0xff00, 0xff)
            }
            xcb_depth_next(&depths)
        }
        return false
    }

    /// Whether memory can be shared by descriptor: the server is on this machine and offers MIT-SHM 1.2.
    private func canShareMemory() -> Bool {
        var (address, length) = (sockaddr(), socklen_t(MemoryLayout<sockaddr>.size))
        guard getsockname(xcb_get_file_descriptor(connection), &address, &length) == 0,
            address.sa_family == sa_family_t(AF_UNIX),
            let extent = loco_shm_extension(connection), extent.pointee.present != 0,
            let answer = reply(xcb_shm_query_version(connection).sequence).answer
        else { return false }
        defer { free(answer) }
        let version = answer.assumingMemoryBound(to: xcb_shm_query_version_reply_t.self).pointee
        return (version.major_version, version.minor_version) >= (1, 2)
    }

    /// Waits for a request's reply; xcb's own wait would not end when the capture is stopped.
    ///
    /// - Returns: the reply, to be freed, or the server's error code; neither when the server or the capture is at its end.
    private func reply(_ sequence: UInt32) -> (answer: UnsafeMutableRawPointer?, error: UInt8?) {
        xcb_flush(connection)
        var (answer, error): (UnsafeMutableRawPointer?, UnsafeMutablePointer<xcb_generic_error_t>?)
        let patience = Runtime.now() + UInt64(CaptureState.stallLimit / .nanoseconds(1))
        var isSilent = false
        while xcb_poll_for_reply(connection, sequence, &answer, &error) == 0 {
            guard !control.isStopped, !isBroken else {
                xcb_discard_reply(connection, sequence)
                return (nil, nil)
            }
            let now = Runtime.now()
            if !isSilent, now >= patience {
                isSilent = true
                onSilence(true)
            }
            wait(until: isSilent ? nil : patience, now: now)
        }
        if isSilent { onSilence(false) }
        defer { free(error) }
        return (answer, error?.pointee.error_code)
    }
}
