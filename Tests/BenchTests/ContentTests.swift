import Testing

@testable import bench

@Suite("Made-up screen content", .timeLimit(.minutes(2))) struct ContentTests {
    private func frame(_ content: any ScreenContent, _ number: Int) -> [UInt8] {
        var pixels = [UInt8](repeating: 7, count: content.format.frameBytes)
        pixels.withUnsafeMutableBytes { content.draw(number, into: $0) }
        return pixels
    }

    private func format(_ width: Int, _ height: Int, at rate: Int = 30) -> ScreenFormat {
        ScreenFormat(width: width, height: height, framesPerSecond: rate)
    }

    /// The part of pixels, 0 to 1, that differ.
    private func difference(_ first: [UInt8], _ second: [UInt8]) -> Double {
        let count = first.count / 4
        var changed = 0
        first.withUnsafeBytes { first in
            second.withUnsafeBytes { second in
                let (first, second) = (first.bindMemory(to: UInt32.self), second.bindMemory(to: UInt32.self))
                var index = 0
                while index < count {
                    if first[index] != second[index] { changed += 1 }
                    index += 1
                }
            }
        }
        return Double(changed) / Double(count)
    }

    @Test(
        "the same kind, format and number give the same pixels, whatever was drawn before",
        arguments: ContentKind.allCases)
    func repeats(kind: ContentKind) {
        let (first, second) = (kind.content(format(320, 240)), kind.content(format(320, 240)))
        _ = frame(first, 3)
        #expect(frame(first, 77) == frame(second, 77))
        #expect(frame(first, 77) != frame(first, 107))
    }

    /// What frame 77 came to when it was looked at last: figures of other machines, or of before, are compared with it.
    private static let known: [ContentKind: UInt64] = [
        .scroll: 386_778_551_940_922_598, .drag: 2_930_620_295_372_745_407, .game: 8_560_193_202_324_885_432,
        .video: 9_780_637_921_114_358_346, .cursor: 869_069_310_527_538_327,
    ]

    @Test("a frame is the same as on the machine where it was looked at", arguments: ContentKind.allCases)
    func known(kind: ContentKind) {
        var sum: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a
        for byte in frame(kind.content(format(320, 240)), 77) { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
        #expect(sum == Self.known[kind], "\(kind)")
    }

    @Test("every frame tells its number, at any size", arguments: ContentKind.allCases)
    func numbered(kind: ContentKind) {
        for (width, height) in [(64, 64), (321, 243), (640, 480)] {
            let content = kind.content(format(width, height))
            for number in [0, 1, 15, 1000, 123_456] {
                let read = frame(content, number).withUnsafeBytes {
                    FrameStrip.read($0, width: width, height: height)
                }
                #expect(read == content.lastChange(upTo: number), "\(width)x\(height), frame \(number)")
            }
        }
    }

    @Test("each kind changes as much of the picture as what it is named for")
    func changes() {
        func changed(_ kind: ContentKind) -> Double {
            let content = kind.content(format(640, 480))
            return difference(frame(content, 40), frame(content, 41))
        }
        #expect(changed(.video) > 0.95)
        #expect((0.05...0.8).contains(changed(.game)), "\(changed(.game))")
        #expect((0.02...0.4).contains(changed(.scroll)), "\(changed(.scroll))")
        #expect((0.01...0.4).contains(changed(.drag)), "\(changed(.drag))")
        #expect(changed(.cursor) == 0)
    }

    @Test("the cursor blinks every half second, and nothing else changes, the number neither")
    func blinks() {
        for rate in [15, 25, 30, 60] {
            let content = ContentKind.cursor.content(format(320, 240, at: rate))
            let changes = (0..<2 * rate).filter { content.lastChange(upTo: $0) == $0 }
            #expect(changes == [0, (rate + 1) / 2, rate, rate + (rate + 1) / 2], "at \(rate) frames/s")
        }
        let content = ContentKind.cursor.content(format(320, 240))
        #expect(frame(content, 0) == frame(content, 14))
        let blink = difference(frame(content, 14), frame(content, 15))
        // 2 by 14 pixels, and the cells of the strip.
        #expect(blink > 0 && blink < 0.04)
        #expect(frame(content, 15) == frame(content, 29))
    }

    @Test("motion is as fast at every rate", arguments: [ContentKind.scroll, .drag, .game, .cursor])
    func speed(kind: ContentKind) {
        func painted(at rate: Int, _ number: Int) -> [UInt32] {
            let content = kind.content(format(160, 120, at: rate))
            var pixels = [UInt32](repeating: 0, count: 160 * 120)
            pixels.withUnsafeMutableBufferPointer {
                content.paint(content.lastChange(upTo: number), on: Canvas($0.baseAddress!, width: 160, height: 120))
            }
            return pixels
        }
        #expect(painted(at: 15, 42) == painted(at: 60, 168))
    }

    @Test("a page scrolls by whole rows: what was there is found again farther up")
    func scrolls() {
        let content = ContentKind.scroll.content(format(640, 480, at: 60))
        let (before, after) = (frame(content, 0), frame(content, 10))
        // 120 pixels in a second: 20 in ten frames. A stretch in the middle of the document.
        for y in [120, 200, 300] {
            let (old, new) = ((y * 640 + 150) * 4, ((y - 20) * 640 + 150) * 4)
            #expect(before[old..<old + 1200] == after[new..<new + 1200], "row \(y)")
        }
    }

    @Test("a number that was smeared is no number, nor is a blank picture one")
    func strip() {
        let (width, height) = (640, 480)
        for number in [0, 1, 4095, 1 << 20, FrameStrip.limit - 1] {
            var pixels = [UInt32](repeating: 0xff80_8080, count: width * height)
            pixels.withUnsafeMutableBufferPointer {
                FrameStrip.write(number, on: Canvas($0.baseAddress!, width: width, height: height))
            }
            #expect(pixels.withUnsafeBytes { FrameStrip.read($0, width: width, height: height) } == number)
            // One cell of the number turned over.
            for index in pixels.indices where index / width >= height - 8 && index % width / 20 == 20 {
                pixels[index] ^= 0x00ff_ffff
            }
            #expect(pixels.withUnsafeBytes { FrameStrip.read($0, width: width, height: height) } == nil)
        }
        for blank in [UInt8(0), 127, 255] {
            #expect(FrameStrip.read(width: width, height: height) { _, _ in blank } == nil)
        }
    }

    @Test("frames are due at equal distances, and one that is overdue is left out")
    func pace() {
        let pace = FramePace(start: 1_000, framesPerSecond: 60)
        #expect(pace.due(3) == 1_000 + 50_000_000)
        #expect(pace.due(6_000_000) == 1_000 + 100_000 * 1_000_000_000)
        #expect(pace.next(after: 0, at: 0) == 1)
        #expect(pace.next(after: 3, at: pace.due(3) + 40_000) == 4)
        #expect(pace.next(after: 3, at: pace.due(4)) == 4)
        #expect(pace.next(after: 3, at: pace.due(7) + 1) == 8)
    }
}
