/// A made-up screen: the same kind, format and number of a frame give the same pixels, on every machine.
protocol ScreenContent: Sendable {
    var format: ScreenFormat { get }

    /// Draws a frame without its number, over whatever the canvas holds.
    func paint(_ frame: Int, on canvas: Canvas)

    /// The number of the newest frame, up to that one, that differs from the one before it.
    func lastChange(upTo frame: Int) -> Int
}

extension ScreenContent {
    func lastChange(upTo frame: Int) -> Int { frame }

    /// Draws a whole frame, with the number of its last change in the strip along its lower edge (``FrameStrip``): what
    /// does not change, does not change there either.
    ///
    /// - Parameter pixels: four bytes a pixel (blue, green, red, unused), rows without gaps; `format.frameBytes` of them,
    ///   aligned to four.
    func draw(_ frame: Int, into pixels: UnsafeMutableRawBufferPointer) {
        precondition(pixels.count >= format.frameBytes, "a frame's buffer is too small")
        let canvas = Canvas(
            pixels.baseAddress!.assumingMemoryBound(to: UInt32.self), width: format.width, height: format.height)
        let change = lastChange(upTo: frame)
        paint(change, on: canvas)
        FrameStrip.write(change, on: canvas)
    }
}
