import Foundation
import GStreamer
import Testing

@testable import bench

@Suite("Picture quality", .timeLimit(.minutes(1))) struct PictureQualityTests {
    /// A picture with structure: every pixel by its place.
    private func picture(
        _ width: Int = 64, _ height: Int = 48, _ pixel: (_ x: Int, _ y: Int) -> Int = { ($0 * 3 + $1 * 5) % 200 + 20 }
    ) throws -> LumaPlane {
        let bytes = (0..<height).flatMap { y in (0..<width).map { x in UInt8(max(0, min(255, pixel(x, y)))) } }
        return try #require(LumaPlane(width: width, height: height, bytes: bytes))
    }

    @Test("the same picture has no error: the ratio that would have no end is written as 100 dB")
    func identical() throws {
        let quality = try #require(PictureQuality(try picture(), try picture()))
        #expect(quality.squaredError == 0 && quality.psnr == 100 && abs(quality.ssim - 1) < 1e-12)
    }

    @Test("an error of known size has the dB that follow from it", arguments: [1, 5, 20])
    func known(size: Int) throws {
        let noisy = try picture { x, y in (x * 3 + y * 5) % 200 + 20 + ((x + y) % 2 == 0 ? size : -size) }
        let quality = try #require(PictureQuality(try picture(), noisy))
        #expect(abs(quality.squaredError - Double(size * size)) < 1e-9)
        #expect(abs(quality.psnr - 20 * log10(255 / Double(size))) < 1e-9)
    }

    @Test("white against black is the worst there is")
    func opposite() throws {
        let quality = try #require(PictureQuality(try picture { _, _ in 0 }, try picture { _, _ in 255 }))
        #expect(quality.psnr == 0 && quality.ssim < 0.001)
    }

    @Test("SSIM is what the formula says, window by window")
    func reference() throws {
        let raw = try picture()
        let noisy = try picture { x, y in (x * 3 + y * 5) % 200 + 20 + (x * x + 7 * y) % 13 - 6 }
        var (sum, count) = (0.0, 0.0)
        for top in stride(from: 0, through: raw.height - 8, by: 4) {
            for left in stride(from: 0, through: raw.width - 8, by: 4) {
                sum += window(raw, noisy, left, top)
                count += 1
            }
        }
        let quality = try #require(PictureQuality(raw, noisy))
        #expect(abs(quality.ssim - sum / count) < 1e-9)
        #expect(quality.ssim < 0.99)
    }

    private func window(_ first: LumaPlane, _ second: LumaPlane, _ left: Int, _ top: Int) -> Double {
        let places = (0..<64).map { (top + $0 / 8) * first.width + left + $0 % 8 }
        let (a, b) = (places.map { Double(first.bytes[$0]) }, places.map { Double(second.bytes[$0]) })
        let (meanA, meanB) = (a.reduce(0, +) / 64, b.reduce(0, +) / 64)
        func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).map { $0 * $1 }.reduce(0, +) / 63 }
        let (offA, offB) = (a.map { $0 - meanA }, b.map { $0 - meanB })
        let (varianceA, varianceB, covariance) = (product(offA, offA), product(offB, offB), product(offA, offB))
        let (c1, c2) = (2.55 * 2.55, 7.65 * 7.65)
        return (2 * meanA * meanB + c1) * (2 * covariance + c2)
            / ((meanA * meanA + meanB * meanB + c1) * (varianceA + varianceB + c2))
    }

    @Test("pictures of different sizes, or smaller than a window, cannot be compared")
    func sizes() throws {
        #expect(PictureQuality(try picture(64, 48), try picture(48, 64)) == nil)
        #expect(PictureQuality(try picture(64, 4), try picture(64, 4)) == nil)
        #expect(LumaPlane(width: 8, height: 8, bytes: [1, 2, 3]) == nil)
    }

    @Test("several frames count by their mean error; none have no quality")
    func mean() throws {
        let frames = [PictureQuality(squaredError: 0, ssim: 1), PictureQuality(squaredError: 50, ssim: 0.5)]
        let mean = try #require(PictureQuality(mean: frames))
        #expect(mean.squaredError == 25 && mean.ssim == 0.75 && abs(mean.psnr - 34.1514) < 0.001)
        #expect(PictureQuality(mean: []) == nil)
    }

    @Test("the brightness of a raw picture is read row by row, also where rows are padded", arguments: [64, 66])
    func planes(width: Int) async throws {
        try Runtime.start()
        let stride = (width + 3) & ~3
        let bytes = (0..<(stride * 16 * 3 / 2)).map { UInt8($0 % stride < width ? $0 / stride : 255) }
        let format = SampleFormat(
            Caps("video/x-raw", ["format": "I420", "width": .int(Int32(width)), "height": .int(16)]))
        let found = bytes.withUnsafeBytes { LumaPlane(format.sample(copying: $0, at: 1, duration: 1)) }
        let plane = try #require(found)
        #expect(plane.bytes == (0..<(width * 16)).map { UInt8($0 / width) })
    }
}
