import GStreamer
import Testing

@testable import Pipelines
@testable import bench

@Suite("The floor's settings", .timeLimit(.minutes(1))) struct FloorSettingsTests {
    @Test("the floor encodes with Loco's own settings")
    func same() throws {
        try Runtime.start()
        let rate = Int(FloorSettings.framesPerSecond)
        let video = try EncoderSettings.video(.x264, bitrate: FloorSettings.videoBitrate, rate: rate)[0]
        let floor = try Element("x264enc", FloorSettings.x264.mapValues { .string($0) })
        for property in FloorSettings.x264.keys {
            #expect(try floor.get(property) == video.get(property), "\(property)")
        }
        let opus = try EncoderSettings.opus(bitrate: FloorSettings.audioBitrate)
        let floorOpus = try Element("opusenc", FloorSettings.opus.mapValues { .string($0) })
        for property in FloorSettings.opus.keys {
            #expect(try floorOpus.get(property) == opus.get(property), "\(property)")
        }
    }
}
