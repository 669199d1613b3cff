import Foundation
import GStreamer
import Logging
import Pipelines
import TestSupport
import Testing

@testable import Signaling

@Suite("The clock of data channels", .serialized, .timeLimit(.minutes(1)))
struct SCTPTimerTests {
    init() throws { try Runtime.start() }

    /// How often threads of that name went to sleep so far; nil where there is none.
    private static func sleeps(of name: String) -> Int? {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        let counts = threads.compactMap { thread -> Int? in
            guard let status = try? String(contentsOfFile: "/proc/self/task/\(thread)/status", encoding: .utf8),
                status.hasPrefix("Name:\t\(name)\n")
            else { return nil }
            return status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches:") }?
                .split(separator: "\t").last.flatMap { Int($0) }
        }
        return counts.isEmpty ? nil : counts.reduce(0, +)
    }

    @Test("It ticks with few wake-ups, and the channel works")
    func wakeUps() async throws {
        let logger = Logger(label: "test")
        let media = GuestMedia(settings: MediaSettings(), logger: logger)
        try await media.show(TestPattern())
        let guest = ControlDeskTests.Guest()
        let viewers = Viewers(
            instance: "instance-0", media: media, desk: ControlDesk(sink: guest),
            ice: ICESettings(addresses: ["127.0.0.1"]), limits: SessionLimits(), logger: logger)
        await viewers.start()
        let receiver = try Receiver()
        let (_, answer) = try await viewers.open(offer: try await receiver.offer())
        try await receiver.accept(answer)
        try await eventually("an open channel") { (await receiver.isOpen, "closed") }
        let before = try #require(Self.sleeps(of: "SCTP timer"))
        try await Task.sleep(for: .seconds(2))
        let slept = try #require(Self.sleeps(of: "SCTP timer")) - before
        // 20 in two seconds; usrsctp alone makes it 200. A busy machine has fewer.
        #expect((4...60).contains(slept), "\(slept)")
        await receiver.say(#"{"type":"key","code":"KeyA","action":"press"}"#)
        try await eventually("the key") { (guest.events == [.key(code: "KeyA", pressed: true)], "\(guest.events)") }
        await receiver.stop()
        await media.stop()
        await viewers.stop()
    }
}
