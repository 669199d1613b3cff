/// The part of a display that shows the guest.
struct CaptureRegion: Sendable, Equatable {
    let x: Int
    let y: Int
    let size: FrameSize

    /// The region cut to even sides, as 4:2:0 encoders need, or nil where nothing is left.
    var evened: CaptureRegion? {
        let even = FrameSize(width: size.width & ~1, height: size.height & ~1)
        guard even.width >= 16, even.height >= 16, x >= 0, y >= 0 else { return nil }
        return CaptureRegion(x: x, y: y, size: even)
    }

    /// The part of the region that lies on a screen of that size; the server has no pixels of the rest.
    func clipped(to screen: FrameSize) -> CaptureRegion {
        let (left, top) = (max(0, x), max(0, y))
        let right = min(screen.width, x + size.width)
        let bottom = min(screen.height, y + size.height)
        return CaptureRegion(
            x: left, y: top, size: FrameSize(width: max(0, right - left), height: max(0, bottom - top)))
    }
}
