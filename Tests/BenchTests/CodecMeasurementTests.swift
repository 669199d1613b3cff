import Foundation
import GStreamer
import Synchronization
import Testing

@testable import bench

@Suite("Measuring codecs", .serialized, .timeLimit(.minutes(4))) struct CodecMeasurementTests {
    init() throws {
        StopRequest.noBrokenPipes()
        try Runtime.start()
    }

    private func measurement(
        _ encoder: CodecEncoder, replicas: Int = 1, width: Int = 320, height: Int = 240
    ) -> CodecMeasurement {
        CodecMeasurement(
            encoder: encoder,
            subject: .init(
                replicas: replicas, codec: encoder.codec, encoder: encoder.element, preset: encoder.preset,
                width: width, height: height, targetFPS: 15, source: "ball"), bitrate: 1000,
            windows: CodecWindows(settle: .milliseconds(300), cost: .seconds(1), quality: .milliseconds(800)),
            machine: "m", version: "1")
    }

    /// Lends displays with a moving ball on each.
    private func withBall<R>(
        displays: Int = 1, width: Int32 = 320, height: Int32 = 240, _ body: ([CapturedDisplay]) async throws -> R
    ) async throws -> R {
        var servers: [ChildProcess] = []
        var pipelines: [Pipeline] = []
        let outcome: Result<R, any Error>
        do {
            var found: [CapturedDisplay] = []
            for _ in 0..<displays {
                let screen = VirtualScreen(width: 640, height: 480)
                servers.append(screen.process)
                let display = try await screen.start()
                let pipeline = try Pipeline("ball")
                pipelines.append(pipeline)
                let caps = "video/x-raw,width=\(width),height=\(height),framerate=15/1"
                try await pipeline.chain([
                    try Element("videotestsrc", ["pattern": "ball", "is-live": true]),
                    try Element("capsfilter", ["caps": .string(caps)]), try Element("videoconvert"),
                    try Element("ximagesink", ["display": .string(display), "sync": false]),
                ])
                try await pipeline.play()
                found.append(CapturedDisplay(name: display))
            }
            outcome = .success(try await body(found))
        } catch { outcome = .failure(error) }
        for pipeline in pipelines { await pipeline.stop() }
        for server in servers { await server.stop() }
        return try outcome.get()
    }

    @Test("every encoder that is installed is measured in every column", arguments: CodecEncoder.allCases)
    func encoders(_ encoder: CodecEncoder) async throws {
        // A plugin of hardware may be there without the hardware.
        let isHardware = [.nvenc, .vah264, .vaapi].contains(encoder)
        guard CodecsBenchmark.problem(encoder) == nil, !isHardware else { return }
        let row = try await withBall { try await measurement(encoder).row(of: $0) }
        #expect(row.fields.allSatisfy { !$0.isEmpty }, "\(row)")
        #expect((1...20).contains(row.fps ?? 0) && (row.bitrate ?? 0) > 1)
        #expect((row.cpuPercentPerGuest ?? 0) > 0.1 && (5...500).contains(row.rssMegabytesPerGuest ?? 0))
        // A ball on black: no encoder of the table spoils that.
        #expect((25...100).contains(row.psnrY ?? 0) && (0.8...1).contains(row.ssim ?? 0), "\(row)")
        #expect((row.glassP50 ?? 0) > (row.encodeP50 ?? .infinity))
        #expect((row.encodeP95 ?? 0) >= (row.encodeP50 ?? .infinity))
    }

    @Test("two guests are measured side by side")
    func replicas() async throws {
        let row = try await withBall(displays: 2) { try await measurement(.x264, replicas: 2).row(of: $0) }
        #expect(row.subject.replicas == 2 && row.fields.allSatisfy { !$0.isEmpty })
    }

    @Test("a window is given the size that is asked for where that is allowed, and is an error where it is not")
    func sizes() async throws {
        try await withBall { displays in
            var scalable = displays
            scalable[0].isScalable = true
            let row = try await measurement(.x264, width: 400, height: 300).row(of: scalable)
            #expect(row.fps != nil)
            let error = await #expect(throws: BenchError.self) {
                try await measurement(.x264).row(of: displays)
            }
            #expect(error?.localizedDescription.contains("400x300, not 320x240") == true)
            let large = await #expect(throws: BenchError.self) {
                try await measurement(.x264, width: 1024, height: 768).row(of: scalable)
            }
            #expect(large?.localizedDescription.contains("smaller than 1024x768") == true)
        }
    }

    @Test("made-up content is drawn on a screen of its own, and both are gone afterwards")
    func content() async throws {
        let before = ProcessEntry.tree(of: getpid()).count
        let row = try await CodecScreens.drawn(
            1, width: 320, height: 240,
            by: { ["content", "--kind", "game", "--width", "320", "--height", "240", "--fps", "15", "--display", $0] }
        ) { [measurement = measurement(.x264)] in try await measurement.row(of: $0) }
        #expect(row.fields.allSatisfy { !$0.isEmpty } && (10...20).contains(row.fps ?? 0), "\(row)")
        #expect(ProcessEntry.tree(of: getpid()).count == before)
    }

    @Test("a film is shown again and again, without an end")
    func film() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("film-\(UUID()).webm").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        // Half a second of it, and more than a second is measured.
        let pipeline = try Pipeline("film")
        try await pipeline.chain([
            try Element("videotestsrc", ["pattern": "ball", "num-buffers": 8]),
            try Element("capsfilter", ["caps": "video/x-raw,width=160,height=120,framerate=15/1"]),
            try Element("vp8enc", ["deadline": .int64(1)]), try Element("webmmux"),
            try Element("filesink", ["location": .string(path), "async": false]),
        ])
        try await pipeline.play()
        for await message in pipeline.messages where message == .endOfStream { break }
        await pipeline.stop()
        let row = try await CodecScreens.drawn(
            1, width: 320, height: 240,
            by: { ["play", "--file", path, "--width", "320", "--height", "240", "--display", $0] }
        ) { [measurement = measurement(.x264)] in try await measurement.row(of: $0) }
        #expect((10...20).contains(row.fps ?? 0), "\(row)")
    }

    @Test("what is no film fails by name")
    func noFilm() async throws {
        let error = await #expect(throws: BenchError.self) {
            try await CodecScreens.drawn(
                1, width: 320, height: 240,
                by: { ["play", "--file", "/etc/hostname", "--width", "320", "--height", "240", "--display", $0] }
            ) { [measurement = measurement(.x264)] in try await measurement.row(of: $0) }
        }
        #expect(error?.localizedDescription.contains("the largest window") == true)
    }

    @Test("a display without a server fails by name, and leaves no process behind")
    func noDisplay() async throws {
        let before = ProcessEntry.tree(of: getpid()).count
        let error = await #expect(throws: BenchError.self) {
            try await measurement(.x264).row(of: [CapturedDisplay(name: ":4711")])
        }
        #expect(error?.localizedDescription.contains(":4711") == true)
        #expect(ProcessEntry.tree(of: getpid()).count == before)
    }

    @Test("each encoder's preset is what its element is set to")
    func presets() throws {
        for encoder in CodecEncoder.allCases where Runtime.hasElement(encoder.element) {
            let elements = try encoder.elements(bitrate: 1000, rate: 30)
            let told = try elements[0].get(encoder.speed.property)
            // Set from the text, and so compared as what the element makes of it.
            let twin = try Element(encoder.element, [encoder.speed.property: .string(encoder.speed.value)])
            #expect(told == (try twin.get(encoder.speed.property)), "\(encoder)")
            #expect(!encoder.preset.isEmpty && !encoder.preset.contains(","))
        }
    }

    @Test("a row has the slowest guest's rate, the mean cost, all frames' times and the sum of what was lost")
    func aggregate() throws {
        func cost(frames: Int, cpu: Double, times: [Double], lost: Int) -> EncodingCost {
            EncodingCost(
                start: 0, end: 2_000_000_000, frames: frames, bytes: 50_000, unencoded: lost, cpuPercent: cpu,
                residentMB: 40, encodeTimes: times, glassTimes: times.map { $0 + 5 }, undecoded: 1)
        }
        let row = try measurement(.vp8, replicas: 2).row(
            [cost(frames: 60, cpu: 10, times: [1, 2], lost: 0), cost(frames: 40, cpu: 20, times: [3, 9], lost: 3)],
            [PictureQuality(squaredError: 25, ssim: 0.9), PictureQuality(squaredError: 25, ssim: 0.8)], Date())
        #expect(row.fps == 20 && row.bitrate == 200 && row.cpuPercentPerGuest == 15 && row.droppedFrames == 5)
        #expect(row.encodeP50 == 2.5 && row.encodeP95 == 9 && row.glassP50 == 7.5 && row.glassP95 == 14)
        #expect(abs((row.psnrY ?? 0) - 34.1514) < 0.001 && abs((row.ssim ?? 0) - 0.85) < 1e-9)
        #expect(throws: BenchError.self) {
            try measurement(.vp8).row([cost(frames: 0, cpu: 1, times: [], lost: 9)], [], Date())
        }
    }

    @Test("frames of a window are counted by the time of their grab; changed ones without an encoded frame are lost")
    func meter() async throws {
        let meter = EncodeMeter()
        let feeding = Task {
            try await Task.sleep(for: .milliseconds(100))
            let now = Runtime.now()
            for index in 0..<4 {
                let stamp = now + UInt64(index)
                meter.grabbed(at: stamp, changed: true)
                meter.fed(stamp)
                if index != 2 { meter.encoded(stamp, bytes: 100) }
            }
            meter.grabbed(at: now + 5, changed: false)
            // Looked at after the window's end.
            meter.grabbed(at: now + 10_000_000_000, changed: true)
        }
        let cost = try await meter.window(.milliseconds(300), grace: .milliseconds(50))
        try await feeding.value
        #expect(cost.frames == 3 && cost.bytes == 300 && cost.unencoded == 1 && cost.encodeTimes.count == 3)
        #expect(cost.seconds >= 0.3 && cost.residentMB > 1 && cost.cpuPercent >= 0)
    }

    @Test("records go through a pipe as they are, and what is none ends the stream")
    func records() throws {
        let pipe = Pipe()
        let luma = try #require(LumaPlane(width: 16, height: 8, bytes: (0..<128).map { UInt8($0) }))
        let written = [
            UnitRecord(.caps, Array("video/x-vp8".utf8)), UnitRecord(luma, at: 7), UnitRecord(.unit, at: 7, [1, 2, 3]),
            try UnitRecord(CodecLine(isReady: true)), UnitRecord(.unit, at: 9, []),
        ]
        let output = pipe.fileHandleForWriting
        for record in written { #expect(record.write(to: output.fileDescriptor)) }
        try output.write(contentsOf: Data(repeating: 0xFF, count: 16))
        try output.close()
        let input = pipe.fileHandleForReading.fileDescriptor
        for record in written {
            let read = try #require(UnitRecord(from: input))
            #expect(read.kind == record.kind && read.stamp == record.stamp && read.payload == record.payload)
        }
        #expect(UnitRecord(luma, at: 7).luma == luma)
        #expect(UnitRecord(from: input) == nil)
    }
}
