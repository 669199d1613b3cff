import GStreamer
import Testing

@testable import Pipelines

@Suite("A picture's brightness")
struct PictureLumaTests {
    private static let size = FrameSize(width: 640, height: 480)

    private func luma(_ change: (inout [UInt32]) -> Void) -> PictureLuma {
        var pixels = [UInt32](repeating: 0, count: Self.size.width * Self.size.height)
        change(&pixels)
        return pixels.withUnsafeBytes { PictureLuma(of: $0, size: Self.size) }
    }

    @Test(
        "It is that of one colour all over",
        arguments: [(0, 0), (0xFFFFFF, 255), (0x808080, 128), (0xFF0000, 53), (0x00FF00, 182), (0x0000FF, 18)]
            as [(
                UInt32, UInt8
            )])
    func colour(colour: UInt32, expected: UInt8) {
        let measured = luma { pixels in for index in pixels.indices { pixels[index] = colour } }
        #expect(measured.mean == expected)
        // What is seen is never called dark, however little its colour weighs.
        #expect(measured.max == (colour == 0 ? 0 : max(expected, PictureLuma.dark)))
    }

    @Test("Half a white picture has half the brightness")
    func half() {
        let measured = luma { pixels in
            for index in pixels.indices where index % Self.size.width < Self.size.width / 2 { pixels[index] = 0xFFFFFF }
        }
        #expect(measured.mean == 127)
        #expect(measured.max == 255)
    }

    @Test("A prompt in the corner of a black screen is found wherever it is", arguments: [0, 1, 777, 307_198, 307_199])
    func prompt(pixel: Int) {
        let measured = luma { $0[pixel] = 0xAAAAAA }
        #expect(measured.mean == 0)
        #expect(measured.max == 170)
    }

    @Test("The unused fourth byte and what is nearly black are not brightness")
    func dark() {
        let measured = luma { pixels in for index in pixels.indices { pixels[index] = 0xFF0A_0A0A } }
        #expect(measured == luma { pixels in for index in pixels.indices { pixels[index] = 0x0A0A0A } })
        #expect(measured.mean == 10 && measured.max == 10)
    }

    @Test("A picture without pixels is black, and a buffer that is too short is not read")
    func empty() {
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        #expect(PictureLuma(of: none, size: Self.size).max == 0)
        #expect(PictureLuma(of: none, size: FrameSize(width: 0, height: 0)).mean == 0)
    }
}
