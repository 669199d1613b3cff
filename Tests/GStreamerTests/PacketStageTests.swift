import Synchronization
import TestSupport
import Testing

@testable import GStreamer

@Suite("Packet stages", .serialized, .timeLimit(.minutes(1)))
struct PacketStageTests {
    init() throws { try Runtime.start() }

    private static let delayID: UInt8 = 5
    private static let transportWideID: UInt8 = 3

    /// A video stream in packets with a stage on it, and what came out behind it.
    private final class Line: Sendable {
        let stage: PacketStage
        let frames: Counter
        /// What ``PacketStage/sendPadding(packets:)`` sent when asked within a frame.
        let sentWithin = Counter()
        private let log: Log
        private let pipeline: Pipeline

        private final class Log: Sendable {
            let packets = Mutex<[RTPPacket]>([])
            let within = Mutex<(@Sendable () -> Void)?>(nil)
        }

        var packets: [RTPPacket] { log.packets.withLock { $0 } }

        init(
            _ codec: String, packetSize: UInt32 = 300, playoutDelay: UInt8? = delayID, transportWide: UInt8? = nil
        ) async throws {
            let (log, frames) = (Log(), Counter())
            let encoding: [Element]
            if codec == "VP8" {
                encoding = [
                    try Element("vp8enc", ["deadline": .int64(1), "cpu-used": 8]),
                    try Element("rtpvp8pay", ["mtu": .uint(packetSize), "pt": .uint(96), "ssrc": .uint(0xC0FFEE)]),
                ]
            } else {
                encoding = [
                    try Element("x264enc", ["tune": "zerolatency", "speed-preset": "ultrafast"]),
                    try Element(
                        "rtph264pay",
                        ["mtu": .uint(packetSize), "pt": .uint(96), "ssrc": .uint(0xC0FFEE), "config-interval": -1]),
                ]
            }
            let raw = Caps(
                "video/x-raw",
                ["format": "I420", "width": 160, "height": 120, "framerate": .fraction(30, 1)])
            let identity = try Element("identity")
            let sink = try AppSink { sample in
                guard let packet = RTPPacket(sample.bytes()) else { return }
                log.packets.withLock { $0.append(packet) }
                if !packet.marker, packet.padding == 0 { log.within.withLock { $0 }?() }
            }
            pipeline = try Pipeline("packets")
            try await pipeline.chain(
                [
                    try Element("videotestsrc", ["is-live": true, "pattern": "snow"]),
                    try Element("capsfilter", ["caps": .caps(raw)]),
                ] + encoding + [identity, sink])
            var handlers = PacketStage.Handlers()
            handlers.packetised = { _ in frames.increment() }
            stage = PacketStage(
                on: try identity.pad("src"),
                PacketStage.Stream(
                    source: 0xC0FFEE, payloadType: 96, playoutDelay: playoutDelay, transportWide: transportWide),
                handlers)
            self.log = log
            self.frames = frames
        }

        func play() async throws { try await pipeline.play() }

        /// Asks for padding within every frame, on the thread that carries it.
        func padWithin() {
            let (stage, sent) = (stage, sentWithin)
            log.within.withLock { $0 = { if stage.sendPadding(packets: 1) > 0 { sent.increment() } } }
        }

        func stop() async {
            stage.remove()
            await pipeline.stop()
            log.within.withLock { $0 = nil }
        }
    }

    @Test("The first packet of every frame, and no other, asks for no playout delay", arguments: ["VP8", "H264"])
    func playoutDelay(_ codec: String) async throws {
        let line = try await Line(codec)
        try await line.play()
        try await eventually("twenty frames") { (line.frames.value >= 20, "\(line.frames.value)") }
        await line.stop()
        let packets = line.packets
        #expect(packets.count > 2 * line.frames.value)
        var isFirst = true
        for packet in packets {
            #expect(packet.extensions[Self.delayID] == (isFirst ? [0, 0, 0] : nil))
            isFirst = packet.marker
        }
    }

    @Test("A frame of more packets than a list may have is still one frame", arguments: ["VP8", "H264"])
    func largeFrames(_ codec: String) async throws {
        let line = try await Line(codec, packetSize: 64)
        try await line.play()
        try await eventually("ten frames") { (line.frames.value >= 10, "\(line.frames.value)") }
        await line.stop()
        let packets = line.packets
        #expect(packets.split(whereSeparator: \.marker).map(\.count).max() ?? 0 > 100)
        var isFirst = true
        for packet in packets {
            #expect(packet.extensions[Self.delayID] == (isFirst ? [0, 0, 0] : nil))
            isFirst = packet.marker
        }
        let numbers = packets.map(\.sequence)
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 &+ 1 == $1 })
    }

    @Test("A stream whose offer has no playout delay is left alone")
    func noDelay() async throws {
        let line = try await Line("VP8", playoutDelay: nil)
        try await line.play()
        try await eventually("five frames") { (line.frames.value >= 5, "\(line.frames.value)") }
        await line.stop()
        #expect(line.packets.allSatisfy { $0.extensions.isEmpty })
    }

    @Test(
        "Padding between frames is all padding, at the last frame's time, and leaves the numbers gapless and in order",
        arguments: ["VP8", "H264"])
    func padding(_ codec: String) async throws {
        let line = try await Line(codec, transportWide: Self.transportWideID)
        #expect(line.stage.sendPadding(packets: 2) == 0)
        try await line.play()
        try await eventually("the first frame") { (line.frames.value >= 1, "\(line.frames.value)") }
        var sent = 0
        let deadline = ContinuousClock.now + .seconds(10)
        // As often as may be: one burst or another meets the end of a frame.
        while line.frames.value < 60, ContinuousClock.now < deadline {
            sent += line.stage.sendPadding(packets: 3)
            try await Task.sleep(for: .microseconds(300))
        }
        await line.stop()
        #expect(line.frames.value >= 60)
        #expect(sent > 100)
        let packets = line.packets
        let padding = packets.filter { $0.padding > 0 }
        #expect(padding.count == sent)
        #expect(padding.allSatisfy { $0.padding == PacketStage.paddingSize && $0.payload == 0 && !$0.marker })
        #expect(padding.allSatisfy { $0.source == 0xC0FFEE && $0.payloadType == 96 })
        #expect(padding.allSatisfy { $0.extensions[Self.transportWideID]?.count == 2 })
        let numbers = packets.map(\.sequence)
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 &+ 1 == $1 })
        var isMidFrame = false
        var timestamp: UInt32?
        for packet in packets {
            if packet.padding > 0 {
                #expect(!isMidFrame)
                #expect(packet.timestamp == timestamp)
            } else {
                isMidFrame = !packet.marker
                timestamp = packet.timestamp
            }
        }
    }

    @Test("No padding goes out within a frame")
    func withinFrames() async throws {
        let line = try await Line("VP8")
        line.padWithin()
        try await line.play()
        try await eventually("twenty frames") { (line.frames.value >= 20, "\(line.frames.value)") }
        await line.stop()
        #expect(line.sentWithin.value == 0)
        #expect(line.packets.allSatisfy { $0.padding == 0 })
    }

    @Test("A stage that was removed leaves nothing alive")
    func leavesNothing() async throws {
        let before = LiveObjects.count
        weak var stage: PacketStage?
        do {
            let line = try await Line("VP8")
            stage = line.stage
            try await line.play()
            try await eventually("five frames") { (line.frames.value >= 5, "\(line.frames.value)") }
            // While packets flow, and twice.
            line.stage.remove()
            line.stage.remove()
            let (frames, packets) = (line.frames.value, line.packets.count)
            try await eventually("packets without the stage") {
                (line.packets.count > packets + 20, "\(line.packets.count - packets)")
            }
            #expect(line.frames.value <= frames + 1)
            await line.stop()
        }
        try await eventually("all objects gone") {
            (LiveObjects.count == before && stage == nil, "\(LiveObjects.count - before) left")
        }
    }
}
