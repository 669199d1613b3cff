/// A frame's number in the picture: 32 cells along the lower edge, white for a one, the highest bit at the left. The first
/// 24 are the number, the others its check sum, so that what an encoder has smeared is told from what it has kept.
enum FrameStrip {
    /// Of a cell, in pixels.
    static let height = 8
    private static let cells = 32
    /// The largest number: two days at 60 frames per second. Larger ones begin again at 0.
    static let limit = 1 << 24

    /// Writes a number.
    static func write(_ number: Int, on canvas: Canvas) {
        let bits = code(number % limit)
        let width = canvas.width / cells
        for cell in 0..<cells {
            let isOne = bits >> UInt32(cells - 1 - cell) & 1 == 1
            canvas.fill(
                Area(x: cell * width, y: canvas.height - height, width: width, height: height),
                isOne ? 0xffff_ffff : 0xff00_0000)
        }
    }

    /// Reads a number.
    ///
    /// - Parameter luma: brightness, 0 to 255, of the pixel at x and y.
    /// - Returns: nil where there is no such strip, or it cannot be read any more.
    static func read(width: Int, height: Int, luma: (_ x: Int, _ y: Int) -> UInt8) -> Int? {
        let cell = width / cells
        guard cell >= 2, height >= Self.height else { return nil }
        var bits: UInt32 = 0
        for index in 0..<cells {
            // The middle's four pixels: edges are what encoders and scalers smear first.
            let (x, y) = (index * cell + cell / 2, height - Self.height / 2)
            let sum = [(x - 1, y - 1), (x, y - 1), (x - 1, y), (x, y)].reduce(0) { $0 + Int(luma($1.0, $1.1)) }
            bits = bits << 1 | (sum > 4 * 127 ? 1 : 0)
        }
        let number = Int(bits >> 8)
        return code(number) == bits ? number : nil
    }

    /// Reads a number from a frame of four bytes a pixel (blue, green, red, unused), rows without gaps.
    static func read(_ pixels: UnsafeRawBufferPointer, width: Int, height: Int) -> Int? {
        guard pixels.count >= width * height * 4 else { return nil }
        return read(width: width, height: height) { x, y in pixels[(y * width + x) * 4 + 1] }
    }

    /// The number with its check sum: not all cells the same for any number, as those of a blank picture are.
    private static func code(_ number: Int) -> UInt32 {
        let value = UInt32(number)
        // Odd multiplier of 2^32 / golden ratio: neighbours' sums differ in many bits.
        return value << 8 | ((value &+ 0x55) &* 2_654_435_761) >> 24
    }
}
