import Logging
import Pipelines
import Synchronization
import TestSupport
import Testing

@testable import GStreamer
@testable import Signaling

@Suite("Packets on their way to the socket", .serialized, .timeLimit(.minutes(1)))
struct PacketListTests {
    init() throws { try Runtime.start() }

    @Test("Packets arrive decrypted, numbered for feedback without a gap", arguments: ["H264", "VP8"])
    func arrival(codec: String) async throws {
        try await Self.withPeer(codec) { peer, results, numbers, _ in
            try await eventually("packets at the receiver") { (numbers.all.count >= 60, "\(numbers.all.count)") }
            let all = numbers.all
            #expect(zip(all, all.dropFirst()).allSatisfy { $1 == $0 &+ 1 }, "\(all)")
            try await expectFeedback(results, of: peer, on: numbers)
        }
    }

    @Test("What is lost on the way is asked for and sent again, and none of it is missing in the end")
    func loss() async throws {
        // The receiver asks twice or thrice a second.
        try await Self.withPeer("VP8", patience: 1500) { peer, _, numbers, receiver in
            try await eventually("packets at the receiver") { (numbers.sequences.count >= 60, "\(numbers.all.count)") }
            try await receiver.lose(one: 10)
            try await eventually("packets that were sent again", within: .seconds(20)) {
                (receiver.repaired.value >= 30, "\(receiver.repaired.value) of \(receiver.lost.value)")
            }
            let all = numbers.sequences
            let gaps = zip(all, all.dropFirst()).filter { $1 != $0 &+ 1 }
            #expect(
                gaps.isEmpty, "\(gaps) of \(all.count); lost \(receiver.lost.value), again \(receiver.repaired.value)")
            // Once each, but for some that a busy receiver, under a sanitizer most of all, asks for again while they are on
            // the way; never each of them twice.
            #expect(receiver.repaired.value < receiver.lost.value * 2)
        }
    }

    private static func withPeer(
        _ codec: String, patience: UInt32 = 0,
        _ body: (_ peer: Peer, _ results: ResultLog, _ numbers: NumberLog, _ receiver: Receiver) async throws -> Void
    ) async throws {
        let before = LiveObjects.count
        do {
            let logger = Logger(label: "test")
            let media = GuestMedia(settings: MediaSettings(), logger: logger)
            try await media.show(TestPattern("snow"))
            let (numbers, results) = (NumberLog(), ResultLog())
            let receiver = try Receiver(patience: patience) { numbers.read($0) }
            let offer = try Offer(try await receiver.offer(codec: codec), codecs: [.h264, .vp8])
            let peer = try Peer(
                id: ViewerID(), offer: offer, media: media, ice: ICESettings(addresses: ["127.0.0.1"]), logger: logger
            ) { results.add($0, at: $1) }
            try await receiver.accept(try await peer.answer())
            try await eventually("the connection") {
                (await peer.state.connection == .connected, "\(await peer.state)")
            }
            try await peer.open()
            try await media.feed(.video(media.settings.full, offer.codec), to: peer.videoOutlet)
            let reporting = Task {
                while !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(200))
                    await peer.report()
                }
            }
            var failure: (any Error)?
            do { try await body(peer, results, numbers, receiver) } catch { failure = error }
            reporting.cancel()
            await reporting.value
            await peer.stop()
            await receiver.stop()
            await media.stop()
            if let failure { throw failure }
        }
        try await eventually("all objects gone") { (LiveObjects.count == before, "\(LiveObjects.count - before) left") }
    }

    /// What a real receiver tells in RTCP is understood: when which packet arrived, and how long the way there and back is.
    private func expectFeedback(_ results: ResultLog, of peer: Peer, on numbers: NumberLog) async throws {
        let some = numbers.all.prefix(60)
        try await eventually("feedback about packets that arrived") {
            let told = Set(results.all.filter { $0.receivedAt != nil }.map(\.sequence))
            return (told.isSuperset(of: some), "\(told.count) of them, such as \(told.first ?? 0)")
        }
        for result in results.all {
            #expect((60...1300).contains(result.size) && !result.isProbe, "\(result)")
        }
        let delivered = results.all.filter { $0.receivedAt != nil }.sorted { $0.sentAt < $1.sentAt }
        let (first, last) = (try #require(delivered.first), try #require(delivered.last))
        // Both clocks went on by the same.
        let arrival = Int64(last.receivedAt ?? 0) - Int64(first.receivedAt ?? 0)
        #expect(abs(arrival - Int64(last.sentAt - first.sentAt)) < 100_000_000, "\(first) to \(last)")
        try await eventually("a report that answers a sender report", within: .seconds(20)) {
            let reports = await peer.receiverReports
            return (reports.values.contains { $0.roundTrip != nil }, "\(reports)")
        }
        let report = try #require(await peer.receiverReports.values.first { $0.roundTrip != nil })
        #expect(report.roundTrip.map { $0 < 500 } == true && report.loss == 0, "\(report)")
    }
}

/// What feedback told of packets.
private final class ResultLog: Sendable {
    private let results = Mutex<[PacketResult]>([])

    var all: [PacketResult] { results.withLock { $0 } }

    /// - Returns: false: nobody decides anything here.
    func add(_ new: [PacketResult], at now: UInt64) -> Bool {
        results.withLock { $0 += new }
        return false
    }
}

/// The numbers of the video's packets, in the order in which they come out of the jitter buffer.
private final class NumberLog: Sendable {
    private struct State {
        var numbers: [UInt16] = []
        var sequences: [UInt16] = []
    }

    private let state = Mutex(State())

    /// The transport-wide ones.
    var all: [UInt16] { state.withLock { $0.numbers } }
    /// The stream's own.
    var sequences: [UInt16] { state.withLock { $0.sequences } }

    func read(_ bytes: UnsafeRawBufferPointer) {
        guard let packet = RTPPacket(Array(bytes)), packet.payloadType == 96 else { return }
        // Nothing where it bears none: two zeros in a row are no numbers in a row.
        let number = packet.extensions[3].map { UInt16($0[0]) << 8 | UInt16($0[1]) } ?? 0
        state.withLock { state in
            state.sequences.append(packet.sequence)
            state.numbers.append(number)
        }
    }
}
