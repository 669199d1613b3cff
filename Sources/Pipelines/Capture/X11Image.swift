import CX11
import Foundation

/// Memory for one picture, shared with the X server where it can be.
final class X11Image {
    /// The picture: four bytes a pixel, rows without gaps.
    let bytes: UnsafeMutableRawBufferPointer
    /// The server's name for the memory; nil where it is this process's own.
    let segment: xcb_shm_seg_t?

    /// Memory of this process alone.
    init(size: Int) {
        bytes = .allocate(byteCount: size, alignment: 64)
        segment = nil
    }

    /// Memory that is shared with the server through a descriptor, so that nothing of it survives either process and
    /// an IPC namespace between them is no matter; nil where there is none to be had.
    init?(size: Int, sharedOver connection: OpaquePointer) {
        let file = memfd_create("loco-capture", LOCO_MEMFD_CLOEXEC)
        guard file >= 0 else { return nil }
        guard ftruncate(file, size) == 0,
            let mapped = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), mapped != MAP_FAILED
        else {
            close(file)
            return nil
        }
        bytes = UnsafeMutableRawBufferPointer(start: mapped, count: size)
        let segment = xcb_generate_id(connection)
        // xcb closes the descriptor once it is sent. Whether the server took it shows in the first grab.
        xcb_shm_attach_fd(connection, segment, file, 0)
        self.segment = segment
    }

    /// Compares byte for byte, up to the first difference.
    func differs(from other: X11Image) -> Bool {
        bytes.count != other.bytes.count || memcmp(bytes.baseAddress!, other.bytes.baseAddress!, bytes.count) != 0
    }

    deinit {
        if segment == nil { bytes.deallocate() } else { munmap(bytes.baseAddress!, bytes.count) }
    }
}
