import Foundation

/// How bright a picture is, from a sample of its pixels; 0 is black and 255 is white.
public struct PictureLuma: Sendable, Equatable {
    /// The mean over the sample.
    public let mean: UInt8
    /// The brightest in the sample. Where all of that is dark, every pixel has been looked at until a bright one was
    /// found: a prompt in the corner of a black screen makes no black picture.
    public let max: UInt8

    /// Columns and rows of the sample.
    private static let side = 16
    /// Below that a sample is dark; a power of two, so that one mask finds brighter channels.
    static let dark: UInt8 = 32

    init(mean: UInt8, max: UInt8) { (self.mean, self.max) = (mean, max) }

    /// Looks at a picture of four bytes a pixel (blue, green, red, unused), rows without gaps.
    init(of pixels: UnsafeRawBufferPointer, size: FrameSize) {
        let count = size.width * size.height
        guard count > 0, pixels.count >= count * 4 else {
            (mean, max) = (0, 0)
            return
        }
        var (sum, brightest) = (0, UInt8(0))
        for row in 0..<Self.side {
            let start = (2 * row + 1) * size.height / (2 * Self.side) * size.width
            for column in 0..<Self.side {
                let pixel = start + (2 * column + 1) * size.width / (2 * Self.side)
                let luma = Self.luma(pixels.loadUnaligned(fromByteOffset: pixel * 4, as: UInt32.self))
                sum += Int(luma)
                brightest = Swift.max(brightest, luma)
            }
        }
        mean = UInt8(sum / (Self.side * Self.side))
        if brightest < Self.dark, let found = Self.firstBright(of: pixels, count: count) { brightest = found }
        max = brightest
    }

    /// BT.709's weights, in 1/256.
    private static func luma(_ pixel: UInt32) -> UInt8 {
        let (blue, green, red) = (pixel & 0xff, pixel >> 8 & 0xff, pixel >> 16 & 0xff)
        return UInt8((19 * blue + 183 * green + 54 * red) >> 8)
    }

    /// The brightness of the first pixel that is not dark, two pixels at a time.
    private static func firstBright(of pixels: UnsafeRawBufferPointer, count: Int) -> UInt8? {
        let channels = UInt64(~(dark - 1))
        let mask = channels << 48 | channels << 40 | channels << 32 | channels << 16 | channels << 8 | channels
        var pair = 0
        while pair + 1 < count {
            let both = pixels.loadUnaligned(fromByteOffset: pair * 4, as: UInt64.self)
            if both & mask != 0 {
                let brighter = Swift.max(luma(UInt32(truncatingIfNeeded: both)), luma(UInt32(both >> 32)))
                // A bright blue alone weighs little, but is seen.
                return Swift.max(brighter, dark)
            }
            pair += 2
        }
        return nil
    }
}
