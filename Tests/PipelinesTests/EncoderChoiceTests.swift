import GStreamer
import Logging
import Synchronization
import Testing

@testable import Pipelines

@Suite("Encoder choice", .timeLimit(.minutes(1)))
struct EncoderChoiceTests {
    init() throws { try Runtime.start() }

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private struct NoDevice: Error, CustomStringConvertible { let description = "no device" }

    @Test("Hardware whose trial fails is passed over with its reason, and the next in line is taken")
    func trials() async {
        let tried = Mutex<[VideoEncoder]>([])
        let choice = EncoderChoice(installed: [.nvenc, .vah264, .vaapi, .x264, .vp8], logger: logger) { encoder in
            tried.withLock { $0.append(encoder) }
            if encoder != .vaapi { throw NoDevice() }
        }
        #expect(choice.best(for: .h264) == .nvenc)
        await choice.prove()
        #expect(choice.best(for: .h264) == .vaapi)
        #expect(choice.best(for: .vp8) == .vp8)
        #expect(
            choice.passedOver(for: .h264) == [
                EncoderChoice.PassedOver(element: "nvh264enc", reason: "no device"),
                EncoderChoice.PassedOver(element: "vah264enc", reason: "no device"),
            ])
        #expect(choice.passedOver(for: .vp8).isEmpty)
        await choice.prove()
        // Once each, and software not at all.
        #expect(tried.withLock { $0 } == [.nvenc, .vah264, .vaapi])
    }

    @Test("The last implementation of a codec is never rejected")
    func last() async {
        let choice = EncoderChoice(installed: [.nvenc, .x264, .vp8], logger: logger) { _ in throw NoDevice() }
        await choice.prove()
        #expect(choice.best(for: .h264) == .x264)
        #expect(!choice.reject(.x264, reason: "broken"))
        #expect(choice.best(for: .h264) == .x264)
        #expect(!choice.reject(.vp8, reason: "broken"))
        #expect(choice.best(for: .vp8) == .vp8)
        let hardware = EncoderChoice(installed: [.nvenc], logger: logger) { _ in throw NoDevice() }
        await hardware.prove()
        #expect(hardware.best(for: .h264) == .nvenc)
        #expect(hardware.best(for: .vp8) == nil)
    }

    @Test("The real trial tells hardware that is not there")
    func real() async {
        let choice = EncoderChoice(logger: logger)
        await choice.prove()
        // Whatever this machine has: something encodes both, and what is passed over says why.
        #expect(choice.best(for: .h264) != nil)
        #expect(choice.best(for: .vp8) == .vp8)
        #expect(choice.passedOver(for: .h264).allSatisfy { !$0.reason.isEmpty })
    }
}
