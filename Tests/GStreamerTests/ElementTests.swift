import TestSupport
import Testing

@testable import GStreamer

@Suite("Elements", .timeLimit(.minutes(1)))
struct ElementTests {
    init() throws { try Runtime.start() }

    @Test("A missing element is named with the Debian package that holds it")
    func missingElement() {
        #expect(throws: GStreamerError.missingElement(factory: "no-such-element", package: nil)) {
            _ = try Element("no-such-element")
        }
        #expect(
            GStreamerError.missingElement(factory: "x264enc", package: "gstreamer1.0-plugins-ugly").description
                == "GStreamer element 'x264enc' is missing; install the Debian package gstreamer1.0-plugins-ugly")
        #expect(throws: GStreamerError.missingElement(factory: "nope", package: nil)) {
            try Runtime.require(["identity", "nope"])
        }
    }

    @Test("An unknown property and a value that does not fit are errors, not silence")
    func properties() throws {
        let source = try Element("videotestsrc")
        #expect(throws: GStreamerError.unknownProperty(object: "GstVideoTestSrc", property: "colour")) {
            try source.set("colour", 1)
        }
        #expect(throws: GStreamerError.self) { try source.set("pattern", "no-such-pattern") }
        #expect(throws: GStreamerError.self) { try source.set("num-buffers", -7) }
        #expect(throws: GStreamerError.self) { try source.set("num-buffers", .int64(1 << 40)) }
        try source.set("pattern", "ball")
        #expect(try source.get("pattern") == .int(18))
        try source.set("num-buffers", 3)
        #expect(try source.get("num-buffers") == .int(3))
    }

    @Test("Values of every kind survive the way through a GstStructure")
    func values() {
        let structure = Structure(
            "thing",
            [
                "yes": true, "int": -3, "uint": .uint(4_000_000_000), "long": .int64(-1 << 40),
                "ulong": .uint64(1 << 63),
                "half": 0.5, "text": "a \"quoted\" text", "rate": .fraction(30000, 1001), "list": .list([1, 2, 3]),
                "inner": .structure(Structure("inner", ["x": 1])),
                "caps": .caps(Caps("video/x-raw", ["format": "I420"])),
            ])
        #expect(structure.withGstStructure { Structure(reading: $0) } == structure)
    }

    @Test("A notify handler is called until it is disconnected, and not after")
    func signals() async throws {
        let element = try Element("videotestsrc")
        let count = Counter()
        let connection = try element.connect("notify::pattern") { _ in count.increment() }
        try element.set("pattern", "ball")
        #expect(count.value == 1)
        connection.disconnect()
        connection.disconnect()
        try element.set("pattern", "snow")
        #expect(count.value == 1)
        #expect(throws: GStreamerError.unknownSignal(object: "GstVideoTestSrc", signal: "on-fire")) {
            _ = try element.connect("on-fire") { _ in }
        }
    }
}
