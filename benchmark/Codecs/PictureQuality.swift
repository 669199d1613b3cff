import Foundation

/// How near a picture comes to another one: of one frame, or the mean of several.
struct PictureQuality: Sendable, Equatable, Codable {
    /// Mean squared difference of the pixels' brightness; 0 for the same picture.
    let squaredError: Double
    /// Structural similarity (Wang and others, 2004), 1 for the same picture.
    let ssim: Double

    /// What no difference is written as: the logarithm of nothing has no value that a chart could show.
    static let lossless = 100.0

    /// The peak signal-to-noise ratio in dB, ``lossless`` at most.
    var psnr: Double {
        squaredError > 0 ? min(Self.lossless, 10 * log10(255 * 255 / squaredError)) : Self.lossless
    }

    init(squaredError: Double, ssim: Double) {
        self.squaredError = squaredError
        self.ssim = ssim
    }

    /// That of all frames: PSNR of the mean error, and the mean of SSIM; nil without frames.
    init?(mean frames: [PictureQuality]) {
        guard !frames.isEmpty else { return nil }
        let count = Double(frames.count)
        squaredError = frames.map(\.squaredError).reduce(0, +) / count
        ssim = frames.map(\.ssim).reduce(0, +) / count
    }

    /// Compares two pictures; nil where they differ in size or are smaller than the window of 8 by 8 pixels.
    init?(_ first: LumaPlane, _ second: LumaPlane) {
        guard first.width == second.width, first.height == second.height, first.width >= 8, first.height >= 8 else {
            return nil
        }
        (squaredError, ssim) = first.bytes.withUnsafeBufferPointer { left in
            second.bytes.withUnsafeBufferPointer { right in
                (Self.squaredError(left, right), Self.ssim(left, right, width: first.width, height: first.height))
            }
        }
    }

    private typealias Pixels = UnsafeBufferPointer<UInt8>

    private static func squaredError(_ left: Pixels, _ right: Pixels) -> Double {
        var sum = 0
        // In parts whose sums fit 32 bits, which the compiler can take several pixels at a time for.
        for start in stride(from: 0, to: left.count, by: 1 << 15) {
            var part: UInt32 = 0
            for index in start..<min(left.count, start + 1 << 15) {
                let difference = Int32(left[index]) &- Int32(right[index])
                part &+= UInt32(bitPattern: difference &* difference)
            }
            sum += Int(part)
        }
        return Double(sum) / Double(left.count)
    }

    /// Sums over a block of 4 by 4 pixels: of both pictures, of the squares of both, and of the products.
    private struct Block {
        var left: Int32 = 0
        var right: Int32 = 0
        var squares: Int32 = 0
        var products: Int32 = 0
    }

    /// The mean over windows of 8 by 8 pixels, four pixels apart, as x264 and FFmpeg have it.
    private static func ssim(_ left: Pixels, _ right: Pixels, width: Int, height: Int) -> Double {
        let columns = width / 4
        var above = [Block](repeating: Block(), count: columns)
        var below = above
        var total = 0.0
        for row in 0..<(height / 4) {
            swap(&above, &below)
            for column in 0..<columns { below[column] = block(left, right, at: row * 4 * width + column * 4, width) }
            guard row > 0 else { continue }
            for column in 1..<columns {
                total += similarity(above[column - 1], above[column], below[column - 1], below[column])
            }
        }
        return total / Double((height / 4 - 1) * (columns - 1))
    }

    private static func block(_ left: Pixels, _ right: Pixels, at start: Int, _ width: Int) -> Block {
        var block = Block()
        for row in 0..<4 {
            for index in (start + row * width)..<(start + row * width + 4) {
                let (first, second) = (Int32(left[index]), Int32(right[index]))
                block.left &+= first
                block.right &+= second
                block.squares &+= first &* first &+ second &* second
                block.products &+= first &* second
            }
        }
        return block
    }

    private static func similarity(_ first: Block, _ second: Block, _ third: Block, _ fourth: Block) -> Double {
        let left = Double(first.left &+ second.left &+ third.left &+ fourth.left)
        let right = Double(first.right &+ second.right &+ third.right &+ fourth.right)
        let squares = Double(first.squares &+ second.squares &+ third.squares &+ fourth.squares)
        let products = Double(first.products &+ second.products &+ third.products &+ fourth.products)
        // Of 64 pixels; variances are estimated by 63. The constants are (0.01 * 255)^2 and (0.03 * 255)^2.
        let luminance = 0.01 * 255 * 0.01 * 255 * 64 * 64
        let contrast = 0.03 * 255 * 0.03 * 255 * 64 * 63
        let variances = squares * 64 - left * left - right * right
        let covariance = products * 64 - left * right
        return (2 * left * right + luminance) * (2 * covariance + contrast)
            / ((left * left + right * right + luminance) * (variances + contrast))
    }
}
