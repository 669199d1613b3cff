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
}
