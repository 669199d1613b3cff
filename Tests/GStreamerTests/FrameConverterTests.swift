import GStreamer
import TestSupport
import Testing

@Suite("Frame converter", .timeLimit(.minutes(1)))
struct FrameConverterTests {
    init() throws { try Runtime.start() }

    @Test("A picture becomes an I420 sample of the same colours that names its size and rate")
    func converts() throws {
        let converter = try FrameConverter(width: 32, height: 16, framesPerSecond: 30)
        let picture = UnsafeMutableRawBufferPointer.allocate(byteCount: 32 * 16 * 4, alignment: 16)
        defer { picture.deallocate() }
        // Pure blue: blue, green, red, nothing.
        for index in picture.indices { picture[index] = index % 4 == 0 ? 255 : 0 }
        guard let sample = converter.convert(picture, at: 42) else {
            Issue.record("no sample")
            return
        }
        #expect(sample.timestamp == 42)
        #expect(sample.caps?["format"] == .string("I420"))
        #expect(sample.caps?["width"] == .int(32))
        #expect(sample.caps?["framerate"] == .fraction(30, 1))
        let bytes = sample.bytes()
        #expect(bytes.count == 32 * 16 * 3 / 2)
        #expect(abs(Int(bytes[0]) - 41) <= 1)
        #expect(abs(Int(bytes[32 * 16]) - 240) <= 1)
        #expect(abs(Int(bytes[32 * 16 * 5 / 4]) - 110) <= 1)
    }

    @Test("Samples in use are never written over, their number is bounded, and all of it goes in the end")
    func pool() async throws {
        let before = LiveObjects.count
        do {
            var converter: FrameConverter? = try FrameConverter(width: 32, height: 16, framesPerSecond: 30)
            let picture = UnsafeMutableRawBufferPointer.allocate(byteCount: 32 * 16 * 4, alignment: 16)
            defer { picture.deallocate() }
            picture.initializeMemory(as: UInt8.self, repeating: 0)
            guard let first = converter?.convert(picture, at: 0) else {
                Issue.record("no sample")
                return
            }
            picture.initializeMemory(as: UInt8.self, repeating: 255)
            let held = Held()
            while let sample = converter?.convert(picture, at: 1) { held.keep(sample) }
            #expect(held.count == FrameConverter.limit - 1)
            #expect(first.bytes()[0] == 16)
            // A copy at another time shares the bytes and keeps them.
            let moved = first.restamped(at: 2)
            held.drop()
            #expect(converter?.convert(picture, at: 3)?.bytes()[0] == 235)
            converter = nil
            #expect(first.bytes()[0] == 16)
            #expect(moved.bytes()[0] == 16)
        }
        try await eventually("the pool gone") { (LiveObjects.count == before, "\(LiveObjects.count - before) left") }
    }
}

/// Samples that somebody holds on to.
private final class Held {
    private final class Box {
        let sample: Sample
        init(_ sample: consuming Sample) { self.sample = sample }
    }
    private var boxes: [Box] = []
    var count: Int { boxes.count }
    func keep(_ sample: consuming Sample) { boxes.append(Box(sample)) }
    func drop() { boxes.removeAll() }
}
