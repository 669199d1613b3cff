import Testing

@testable import Pipelines

@Suite("Renditions", .timeLimit(.minutes(1)))
struct RenditionTests {
    @Test(
        "A tile has its width, the guest's proportions and even sides; a smaller guest stays as it is",
        arguments: [
            ("640x480", "384x288"), ("720x400", "384x214"), ("320x200", "320x200"), ("1024x768", "384x288"),
            ("384x240", "384x240"), ("800x600", "384x288"), ("4000x4", "384x2"),
        ])
    func sizes(_ guest: String, _ sent: String) {
        let parts = guest.split(separator: "x").compactMap { Int($0) }
        let tile = MediaSettings().rendition(named: "tile")
        #expect(tile?.size(of: FrameSize(width: parts[0], height: parts[1])).description == sent)
    }

    @Test("The full rendition is the guest's own size")
    func full() {
        let size = FrameSize(width: 721, height: 401)
        #expect(MediaSettings().full.size(of: size) == size)
    }

    @Test("Below a quarter of its bitrate a rendition is worth less than a smaller one, unless configured")
    func leastBitrate() {
        #expect(Rendition(name: "full", width: nil, framesPerSecond: 30, bitrate: 2500).leastBitrate == 625)
        #expect(Rendition(name: "tile", width: 384, framesPerSecond: 15, bitrate: 100).leastBitrate == 50)
        #expect(
            Rendition(name: "tile", width: 384, framesPerSecond: 15, bitrate: 100, leastBitrate: 80).leastBitrate == 80)
    }
}
