import ArgumentParser
import Foundation
import Testing

@testable import bench

@Suite("bench codecs on a fleet that runs", .timeLimit(.minutes(1))) struct TargetTests {
    private func settings(_ words: [String]) throws -> TargetSettings {
        try TargetSettings(try #require(try CodecsCommand.parseAsRoot(words) as? CodecsCommand), token: nil)
    }

    @Test("the hub's address, and what nodes send, are measured unless asked otherwise")
    func defaults() throws {
        let settings = try settings(["--target", "http://127.0.0.1:3000"])
        #expect(settings.hub.base == "http://127.0.0.1:3000" && settings.name == "127.0.0.1:3000")
        #expect(settings.replicas == [1, 3, 9] && settings.codecs == [.h264, .vp8] && settings.rate == 30)
        #expect(try self.settings(["--target", "https://loco.example/"]).hub.base == "https://loco.example:443")
    }

    @Test(
        "what is no hub, and what a fleet decides itself, is refused by name",
        arguments: [
            (["--target", "127.0.0.1:3000"], "--target: '127.0.0.1:3000'"),
            (["--target", "http://a:1/path"], "--target"), (["--target", "ftp://a:1"], "--target"),
            (["--target", "http://me:secret@a:1"], "--target"),
            (["--target", "http://a:1", "--sizes", "640x480"], "--sizes"),
            (["--target", "http://a:1", "--source", "game"], "--source"),
            (["--target", "http://a:1", "--rates", "15,30"], "--rates"),
            (["--target", "http://a:1", "--codecs", "vp9"], "--codecs: 'vp9'"),
        ])
    func refusals(words: [String], told: String) throws {
        let error = #expect(throws: (any Error).self) { try settings(words) }
        #expect(CodecsCommand.message(for: try #require(error)).contains(told))
    }

    private let subject = CodecRow.Subject(
        replicas: 2, codec: "h264", encoder: "x264enc", preset: "superfast", width: 640, height: 480, targetFPS: 30,
        source: "fleet")
    private let measurement = TargetMeasurement(
        target: FleetTarget(hub: HubClient(port: 1)), codec: .h264, address: "127.0.0.1",
        windows: CodecWindows(settle: .zero, cost: .seconds(2), quality: .zero), rate: 30, machine: "m", version: "v")

    private func guest(
        frames: Int, cpu: (Double, Double), encoded: (Int, Int), missing: Bool = false
    ) -> TargetMeasurement.Guest {
        func text(_ cpu: Double, _ encoded: Int, _ dropped: Int) -> NodeMetrics {
            NodeMetrics(
                text: """
                    loco_process_cpu_seconds_total{instance="a"} \(cpu)
                    loco_process_resident_bytes{instance="a"} 90000000
                    loco_dropped_frames_total{instance="a",rendition="full",codec="h264"} \(dropped)
                    loco_dropped_frames_total{instance="a",rendition="full",codec="vp8"} 70
                    loco_stage_seconds_bucket{instance="a",stage="encode",le="0.002"} \(encoded)
                    loco_stage_seconds_bucket{instance="a",stage="encode",le="+Inf"} \(encoded)
                    """)
        }
        let counts = RTPCounts(frames: frames, videoBytes: 500_000, audioBytes: 0, missingVideoPackets: 0)
        return .init(
            received: ReceivedRates(counts, over: 2_000_000_000), before: missing ? nil : text(cpu.0, encoded.0, 3),
            after: missing ? nil : text(cpu.1, encoded.1, 5), seconds: 2)
    }

    @Test("figures are the slowest guest's rate, means of the rest, and what the nodes counted in the meantime")
    func figures() {
        let row = measurement.row(
            of: [
                guest(frames: 60, cpu: (10, 10.2), encoded: (1000, 1060)),
                guest(frames: 50, cpu: (5, 5.4), encoded: (0, 50)),
            ], subject, Date())
        #expect(row.fps == 25 && row.bitrate == 2000)
        #expect(abs((row.cpuPercentPerGuest ?? 0) - 15) < 0.001 && row.rssMegabytesPerGuest == 90)
        #expect(row.encodeP50 == 1 && row.droppedFrames == 4)
        #expect(row.psnrY == nil && row.ssim == nil && row.glassP50 == nil && row.glassP95 == nil)
    }

    @Test("where one node's account is not to be had, there is none of all")
    func absent() {
        let row = measurement.row(
            of: [
                guest(frames: 60, cpu: (10, 10.2), encoded: (1000, 1060)),
                guest(frames: 60, cpu: (0, 0), encoded: (0, 0), missing: true),
            ], subject, Date())
        #expect(row.fps == 30 && row.cpuPercentPerGuest == nil && row.rssMegabytesPerGuest == nil)
        #expect(row.encodeP50 == nil && row.encodeP95 == nil && row.droppedFrames == nil)
    }

    @Test("this machine's address towards another is found without asking it")
    func local() throws {
        #expect(try LocalAddress.towards("127.0.0.1", port: 9) == "127.0.0.1")
        #expect(throws: BenchError.self) { try LocalAddress.towards("no-such-host.invalid", port: 9) }
    }
}
