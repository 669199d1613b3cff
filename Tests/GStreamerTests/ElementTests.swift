import CGStreamer
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import GStreamer

@Suite("Elements", .timeLimit(.minutes(1)))
struct ElementTests {
    init() throws { try Runtime.start() }

    /// What two threads of a test share.
    private final class Flags: Sendable {
        let isDone = Atomic<Bool>(false)
        let ended = DispatchSemaphore(value: 0)
    }

    @Test("an element is found in a bin that others come to and go from on another thread")
    func foundAmidChanges() throws {
        let bin = try Element("bin")
        let wanted = try Element("identity")
        // GStreamer counts and locks for both threads.
        nonisolated(unsafe) let inside = bin.pointer.assumingMemoryBound(to: GstBin.self)
        try #require(gst_bin_add(inside, wanted.element) != 0)
        let flags = Flags()
        let restless = Thread {
            while !flags.isDone.load(ordering: .relaxed) {
                let guest = gst_element_factory_make("queue", nil)
                gst_bin_add(inside, guest)
                gst_bin_remove(inside, guest)
            }
            flags.ended.signal()
        }
        restless.start()
        // Missed within a few milliseconds by a search that takes a change for the end.
        let deadline = ContinuousClock.now + .seconds(1)
        var missed = 0
        while .now < deadline, missed == 0 {
            if Element.firstInside(bin, factory: "identity") == nil { missed += 1 }
        }
        flags.isDone.store(true, ordering: .relaxed)
        #expect(flags.ended.wait(timeout: .now() + 10) == .success)
        #expect(missed == 0)
        #expect(Element.firstInside(bin, factory: "x264enc") == nil)
    }

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
