import GStreamer
import Logging
import Pipelines
import TestSupport
import Testing

@testable import Signaling

@Suite("Sessions", .serialized, .timeLimit(.minutes(2)))
struct SessionTests {
    init() throws { try Runtime.start() }

    /// Everything of a node but the guest.
    private func withViewers(
        limits: SessionLimits = SessionLimits(), _ body: (Viewers, ControlDeskTests.Guest) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test")
        let guest = ControlDeskTests.Guest()
        let media = GuestMedia(settings: MediaSettings(), logger: logger)
        try await media.show(TestPattern())
        let viewers = Viewers(
            instance: "instance-0", media: media, desk: ControlDesk(sink: guest),
            ice: ICESettings(addresses: ["127.0.0.1"]), limits: limits, logger: logger)
        await viewers.start()
        let result: Result<Void, any Error>
        do { result = .success(try await body(viewers, guest)) } catch { result = .failure(error) }
        await media.stop()
        await viewers.stop()
        try result.get()
    }

    @Test("A viewer gets media and plays input, and leaves nothing behind", arguments: ["H264", "VP8"])
    func whole(codec: String) async throws {
        let before = LiveObjects.count
        try await withViewers { viewers, guest in
            let receiver = try Receiver()
            let (id, answer) = try await viewers.open(offer: try await receiver.offer(codec: codec))
            #expect(answer.contains("a=candidate"))
            #expect(answer.contains("a=sendonly"))
            try await receiver.accept(answer)
            try await eventually("a hundred packets") { (receiver.packets.value >= 100, "\(receiver.packets.value)") }
            try await eventually("an open channel") { (await receiver.isOpen, "closed") }
            try await eventually("hello") { [receiver] in
                let said = receiver.messages.withLock { $0 }
                return (said.contains { $0.contains("\"hello\"") && $0.contains(codec) }, "\(said)")
            }
            await receiver.say(#"{"type":"key","code":"KeyA","action":"press"}"#)
            try await eventually("the key") { (guest.events == [.key(code: "KeyA", pressed: true)], "\(guest.events)") }
            await receiver.say("nonsense")
            try await eventually("an error for nonsense") { [receiver] in
                let said = receiver.messages.withLock { $0 }
                return (said.contains { $0.contains("bad-message") }, "\(said)")
            }
            try await viewers.close(id)
            #expect(guest.events.last == .key(code: "KeyA", pressed: false))
            await #expect(throws: ViewersError.unknown) { try await viewers.close(id) }
            await receiver.stop()
        }
        try await eventually("all objects gone") { (LiveObjects.count == before, "\(LiveObjects.count - before) left") }
    }

    @Test("A keyframe bears its parameter sets once, before its first slice")
    func parameterSets() async throws {
        try await withViewers { viewers, _ in
            let log = UnitLog(payloadType: 96)
            let receiver = try Receiver { log.read($0) }
            let (_, answer) = try await viewers.open(offer: try await receiver.offer(codec: "H264"))
            try await receiver.accept(answer)
            try await eventually("two pictures") { (log.units.count >= 2, "\(log.units)") }
            let keyframe = try #require(log.units.first)
            // Sequence and picture parameter set, then slices of an IDR picture and nothing between them.
            #expect(keyframe.filter { $0 != 6 }.prefix(3) == [7, 8, 5], "\(keyframe)")
            #expect(keyframe.drop { $0 != 5 }.allSatisfy { $0 == 5 }, "\(keyframe)")
            // Else the test would see nothing: the encoder cuts its pictures.
            #expect(keyframe.count { $0 == 5 } > 1, "\(keyframe)")
            await receiver.stop()
        }
    }

    @Test("Three viewers watch one encoder; one leaves, the others go on")
    func three() async throws {
        try await withViewers { viewers, _ in
            var receivers: [Receiver] = []
            var ids: [ViewerID] = []
            for _ in 0..<3 {
                let receiver = try Receiver()
                let (id, answer) = try await viewers.open(offer: try await receiver.offer())
                try await receiver.accept(answer)
                receivers.append(receiver)
                ids.append(id)
            }
            for receiver in receivers {
                try await eventually("media") { (receiver.packets.value >= 50, "\(receiver.packets.value)") }
            }
            try await viewers.close(ids[1])
            let marks = receivers.map(\.packets.value)
            for index in [0, 2] {
                try await eventually("media after a viewer left") {
                    (receivers[index].packets.value >= marks[index] + 50, "\(receivers[index].packets.value)")
                }
            }
            #expect(await viewers.summaries().count == 2)
            for receiver in receivers { await receiver.stop() }
        }
    }

    @Test("A viewer that never connects is ended at the deadline")
    func neverConnects() async throws {
        let limits = SessionLimits(connectWithin: 500_000_000, checkInterval: .milliseconds(100))
        try await withViewers(limits: limits) { viewers, _ in
            let receiver = try Receiver()
            _ = try await viewers.open(offer: try await receiver.offer())
            try await eventually("the end") {
                (await viewers.counters.ended[.neverConnected] == 1, "\(await viewers.counters)")
            }
            #expect(await viewers.summaries().isEmpty)
            #expect(viewers.telemetry.failures.ice == [.timeout: 1])
            #expect(viewers.telemetry.session.reading.count == 1)
            #expect(viewers.telemetry.session.reading.sum >= 500_000_000)
            await receiver.stop()
        }
    }

    @Test("A data channel whose transport never comes up is counted once, and the picture goes on")
    func noAssociation() async throws {
        let limits = SessionLimits(connectWithin: 3_000_000_000, checkInterval: .milliseconds(100))
        try await withViewers(limits: limits) { viewers, _ in
            let receiver = try Receiver()
            let offer = try await receiver.offer()
            try await receiver.muteAssociation()
            let (_, answer) = try await viewers.open(offer: offer)
            try await receiver.accept(answer)
            try await eventually("the failure", within: .seconds(15)) {
                let failures = viewers.telemetry.failures
                return (failures.sctp == [.neverEstablished: 1], "\(failures)")
            }
            let mark = receiver.packets.value
            try await eventually("media after it") { (receiver.packets.value > mark + 50, "\(receiver.packets.value)") }
            #expect(viewers.telemetry.failures.sctp == [.neverEstablished: 1])
            await receiver.stop()
        }
    }

    @Test("An offer that is refused is counted by its reason")
    func refusals() async throws {
        try await withViewers { viewers, _ in
            let receiver = try Receiver()
            let offer = try await receiver.offer()
            await #expect(throws: OfferError.self) { _ = try await viewers.open(offer: "v=0") }
            await #expect(throws: ViewersError.self) { _ = try await viewers.open(offer: offer, rendition: "huge") }
            #expect(await viewers.counters.refused == [.badSDP: 1, .unknownRendition: 1])
            await receiver.stop()
        }
    }

    @Test(
        "A viewer that vanishes without a word is found silent, whether it sent heartbeats or not",
        arguments: [true, false])
    func vanishes(pings: Bool) async throws {
        let limits = SessionLimits(silence: pings ? 2_000_000_000 : 7_000_000_000, checkInterval: .milliseconds(200))
        try await withViewers(limits: limits) { viewers, _ in
            let receiver = try Receiver(feedback: pings)
            let (_, answer) = try await viewers.open(offer: try await receiver.offer())
            try await receiver.accept(answer)
            try await eventually("an open channel") { (await receiver.isOpen, "closed") }
            if pings { await receiver.say(#"{"type":"ping","ts":1}"#) }
            // Alive, it stays: by feedback in one case, by receiver reports in the other.
            try await Task.sleep(for: .seconds(3))
            #expect(await viewers.summaries().count == 1)
            try await receiver.vanish()
            try await eventually("the end", within: .seconds(15)) {
                (await viewers.counters.ended[.silent] == 1, "\(await viewers.counters)")
            }
            await receiver.stop()
        }
    }

    @Test("More viewers than allowed are refused")
    func tooMany() async throws {
        try await withViewers(limits: SessionLimits(viewers: 1)) { viewers, _ in
            let receiver = try Receiver()
            let offer = try await receiver.offer()
            _ = try await viewers.open(offer: offer)
            await #expect(throws: ViewersError.tooMany(1)) { _ = try await viewers.open(offer: offer) }
            await receiver.stop()
        }
    }

    @Test("A viewer changes the rendition on the running connection, and its feedback is measured")
    func renditions() async throws {
        try await withViewers { viewers, _ in
            let receiver = try Receiver()
            let offer = try await receiver.offer()
            await #expect(throws: ViewersError.unknownRendition("huge", known: ["full", "tile"])) {
                _ = try await viewers.open(offer: offer, rendition: "huge")
            }
            let (_, answer) = try await viewers.open(offer: offer, rendition: "tile")
            #expect(answer.contains("playout-delay"))
            #expect(answer.contains("transport-wide-cc"))
            try await receiver.accept(answer)
            try await eventually("hello for the tile") { [receiver] in
                let said = receiver.messages.withLock { $0 }
                return (said.contains { $0.contains("\"hello\"") && $0.contains("\"rendition\":\"tile\"") }, "\(said)")
            }
            try await eventually("feedback") {
                let summary = try #require(await viewers.summaries().first)
                return (summary.loss == 0 && summary.estimate != nil && summary.delivered > 20, "\(summary)")
            }
            await receiver.say(#"{"type":"rendition","name":"full"}"#)
            try await eventually("the change") { [receiver] in
                let said = receiver.messages.withLock { $0 }
                return (said.contains { $0.contains("\"requested\"") && $0.contains("\"name\":\"full\"") }, "\(said)")
            }
            let mark = receiver.packets.value
            try await eventually("media after it") { (receiver.packets.value > mark + 50, "\(receiver.packets.value)") }
            await receiver.say(#"{"type":"rendition","name":"huge"}"#)
            try await eventually("an error for an unknown one") { [receiver] in
                let said = receiver.messages.withLock { $0 }
                return (said.contains { $0.contains("unknown-rendition") }, "\(said)")
            }
            await receiver.stop()
        }
    }

    @Test("An input with a number is answered with the frame that first shows a change after the guest took it")
    func echo() async throws {
        try await withViewers { viewers, _ in
            let receiver = try Receiver()
            let (_, answer) = try await viewers.open(offer: try await receiver.offer())
            try await receiver.accept(answer)
            try await eventually("an open channel") { (await receiver.isOpen, "closed") }
            try await eventually("media") { (receiver.packets.value > 0, "none") }
            await receiver.say(#"{"type":"key","code":"KeyA","action":"tap","id":7}"#)
            try await Task.sleep(for: .milliseconds(50))
            #expect(receiver.messages.withLock { !$0.contains { $0.contains("\"echo\"") } })
            viewers.frameChanged(at: MediaLibrary.now())
            viewers.frameChanged(at: MediaLibrary.now())
            try await eventually("the echo") { [receiver] in
                let said = receiver.messages.withLock { $0 }
                return (said.contains { $0.contains("\"echo\"") && $0.contains("\"id\":7") }, "\(said)")
            }
            try await Task.sleep(for: .milliseconds(50))
            #expect(receiver.messages.withLock { $0.count { $0.contains("\"echo\"") } } == 1)
            await receiver.say(#"{"type":"report","clickToPixel":[40,50],"firstFrame":71}"#)
            try await eventually("the report") {
                (viewers.telemetry.clickToPixel.reading.count == 2, "\(viewers.telemetry.clickToPixel.reading)")
            }
            #expect(viewers.telemetry.clickQuantiles()?.p95 == 0.05)
            await receiver.stop()
        }
    }

    @Test("Twenty sessions come and go without leaving a GStreamer object")
    func cycles() async throws {
        try await withViewers { viewers, _ in
            var after: [Int] = []
            for cycle in 0..<20 {
                let receiver = try Receiver()
                let (id, answer) = try await viewers.open(offer: try await receiver.offer())
                // Every other one is closed before it connects.
                if cycle % 2 == 0 {
                    try await receiver.accept(answer)
                    try await eventually("media") { (receiver.packets.value > 0, "none") }
                }
                try await viewers.close(id)
                await receiver.stop()
                after.append(LiveObjects.count)
            }
            try await eventually("the count of the first cycle") { (LiveObjects.count <= after[0], "\(after)") }
        }
    }
}
