import ArgumentParser
import Foundation
import Testing

@testable import bench

@Suite("Options of bench codecs", .timeLimit(.minutes(1))) struct CodecsSettingsTests {
    private func settings(_ words: [String]) throws -> CodecsSettings {
        try CodecsSettings(try #require(try CodecsCommand.parseAsRoot(words) as? CodecsCommand))
    }

    @Test("unless asked otherwise all of the matrix is measured, and 'bench' alone is 'bench codecs'")
    func defaults() throws {
        #expect(try Bench.parseAsRoot([]) is CodecsCommand)
        let settings = try settings([])
        #expect(settings.replicas == [1, 3, 9] && settings.rates == [15, 25, 30, 60])
        #expect(settings.sizes == [.init(width: 640, height: 480), .init(width: 1024, height: 768)])
        #expect(settings.encoders == [.x264, .openh264, .vp8, .vp9, .aom, .svtav1, .rav1e, .mjpeg])
        #expect(settings.source == .guest && settings.output == "results.csv")
        #expect(settings.limit == nil && !settings.resumes)
    }

    @Test("a short run has fewer combinations and an end, and takes what is asked for besides")
    func quick() throws {
        let quick = try settings(["--quick"])
        #expect(quick.replicas.count * quick.rates.count * quick.sizes.count < 4)
        #expect((quick.limit ?? .seconds(999)) < .seconds(120))
        let asked = try settings(["--quick", "--replicas", "2", "--rates", "25", "--seconds", "3", "--resume"])
        #expect(asked.replicas == [2] && asked.rates == [25] && asked.windows.cost == .seconds(3) && asked.resumes)
    }

    @Test("what is asked for is measured, in that order")
    func lists() throws {
        let settings = try settings([
            "--replicas", "3, 1", "--codecs", "vp8,x264", "--sizes", "320x240", "--rates", "10", "--source", "scroll",
        ])
        #expect(settings.replicas == [3, 1] && settings.encoders == [.vp8, .x264])
        #expect(settings.sizes == [.init(width: 320, height: 240)] && settings.source == .content("scroll"))
    }

    @Test(
        "what is not understood is refused, with the option and the value",
        arguments: [
            (["--replicas", "0"], "--replicas: '0'"), (["--replicas", "1,,3"], "--replicas: '1,,3'"),
            (["--replicas", "3,3"], "--replicas"), (["--rates", "500"], "--rates: '500'"),
            (["--rates", "fast"], "--rates: 'fast'"), (["--sizes", "640"], "--sizes: '640'"),
            (["--sizes", "641x480"], "--sizes: '641x480'"), (["--sizes", "640x480x3"], "--sizes: '640x480x3'"),
            (["--codecs", "h266"], "--codecs: 'h266'"),
            (["--codecs", "av1,aom"], "--codecs: something is named twice"),
            (["--source", "/nonexistent.webm"], "--source: '/nonexistent.webm'"), (["--seconds", "0"], "--seconds: 0"),
        ])
    func refusals(words: [String], complaint: String) {
        let error = #expect(throws: (any Error).self) { try self.settings(words) }
        #expect(error.map { CodecsCommand.message(for: $0) }?.contains(complaint) == true)
    }

    @Test("a picture that QEMU has scaled is told from the guest's own, and a film by its name")
    func sources() {
        #expect(CodecSource.guest.name(width: 640, height: 480) == "guest")
        #expect(CodecSource.guest.name(width: 1024, height: 768) == "guest-scaled")
        #expect(CodecSource.content("drag").name(width: 640, height: 480) == "drag")
        #expect(CodecSource.file("/films/train.webm").name(width: 640, height: 480) == "train.webm")
    }
}
