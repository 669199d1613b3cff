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

    @Test("A frame's packets go all the way as a list, numbered for feedback", arguments: ["H264", "VP8"])
    func lists(codec: String) async throws {
        let before = LiveObjects.count
        do {
            let logger = Logger(label: "test")
            let media = GuestMedia(settings: MediaSettings(), logger: logger)
            try await media.show(TestPattern("snow"))
            let numbers = NumberLog()
            let receiver = try Receiver { numbers.read($0) }
            let offer = try Offer(try await receiver.offer(codec: codec), codecs: [.h264, .vp8])
            let peer = try Peer(
                id: ViewerID(), offer: offer, media: media, ice: ICESettings(addresses: ["127.0.0.1"]), logger: logger)
            try await receiver.accept(try await peer.answer())
            let socket = try #require(Element.firstInside(peer.bin, factory: "nicesink"))
            let counts = PacketLists(at: try socket.pad("sink"))
            try await media.feed(.video(media.settings.full, offer.codec), to: peer.videoOutlet)
            try await eventually("twenty lists") {
                (counts.lists.load(ordering: .relaxed) >= 20, "\(counts.lists.load(ordering: .relaxed))")
            }
            let (lists, listed) = (counts.lists.load(ordering: .relaxed), counts.listed.load(ordering: .relaxed))
            // A list for each frame, though H.264's come in slices. Counted after the lists.
            #expect(lists <= Int(peer.videoOutlet.counters.delivered))
            #expect(listed >= 3 * lists, "\(listed) packets in \(lists) lists")
            // What remains is feedback, the key exchange and the data channel's.
            #expect(counts.alone.load(ordering: .relaxed) < listed / 4, "\(listed) packets in \(lists) lists")
            try await eventually("packets at the receiver") { (numbers.all.count >= 60, "\(numbers.all.count)") }
            let all = numbers.all
            #expect(zip(all, all.dropFirst()).allSatisfy { $1 == $0 &+ 1 }, "\(all)")
            try await expectFeedback(of: peer, on: numbers)
            await peer.stop()
            await receiver.stop()
            await media.stop()
        }
        try await eventually("all objects gone") { (LiveObjects.count == before, "\(LiveObjects.count - before) left") }
    }

    /// What a real receiver tells in RTCP is understood: when which packet arrived, and how long the way there and back is.
    private func expectFeedback(of peer: Peer, on numbers: NumberLog) async throws {
        let results = Mutex<[PacketResult]>([])
        let listening = Task {
            for await case .reported(let new) in peer.events { results.withLock { $0 += new } }
        }
        defer { listening.cancel() }
        let some = numbers.all.prefix(60)
        try await eventually("feedback about packets that arrived") {
            let told = Set(results.withLock { $0.filter { $0.receivedAt != nil }.map(\.sequence) })
            return (told.isSuperset(of: some), "\(told.count) of them, such as \(told.first ?? 0)")
        }
        for result in results.withLock({ $0 }) {
            #expect((60...1300).contains(result.size) && !result.isProbe, "\(result)")
        }
        let delivered = results.withLock { $0.filter { $0.receivedAt != nil }.sorted { $0.sentAt < $1.sentAt } }
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

/// The transport-wide sequence numbers of the video's packets, in the order in which they arrive.
private final class NumberLog: Sendable {
    private let numbers = Mutex<[UInt16]>([])

    var all: [UInt16] { numbers.withLock { $0 } }

    func read(_ bytes: UnsafeRawBufferPointer) {
        guard let packet = RTPPacket(Array(bytes)), packet.payloadType == 96 else { return }
        // Nothing where it bears none: two zeros in a row are no numbers in a row.
        let number = packet.extensions[3].map { UInt16($0[0]) << 8 | UInt16($0[1]) } ?? 0
        numbers.withLock { $0.append(number) }
    }
}
