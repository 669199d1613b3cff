import Testing

@testable import bench

@Suite("What a node says to its viewers", .timeLimit(.minutes(1))) struct NodeMessageTests {
    private func read(_ text: String) -> NodeMessage? { ChannelText(at: 0, text: text).message }

    @Test("a hello tells the rendition and the clock; one without a clock is a hello all the same")
    func hello() throws {
        let full = try #require(
            read(
                #"{"type":"hello","viewer":"v","rendition":"tile","renditions":["full","tile"],"#
                    + #""clock":{"rtpOffset":4294967295,"rate":90000}}"#))
        #expect(full.rendition == "tile" && NodeClock(full)?.offset == .max)
        let plain = try #require(read(#"{"type":"hello","viewer":"v","instance":"instance-0","codec":"H264"}"#))
        #expect(plain.type == "hello" && NodeClock(plain) == nil)
    }

    @Test("an echo tells the input's number and the frame that changed")
    func echo() throws {
        let echo = try #require(read(#"{"type":"echo","id":17,"rtp":123456789,"taken":3.1,"changed":24.8}"#))
        #expect(echo.id == 17 && echo.rtp == 123_456_789 && echo.taken == 3.1 && echo.changed == 24.8)
    }

    @Test("what is no message is nil") func noise() { #expect(read("pong") == nil && read("[1]") == nil) }
}
