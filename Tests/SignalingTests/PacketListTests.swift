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
            await peer.stop()
            await receiver.stop()
            await media.stop()
        }
        try await eventually("all objects gone") { (LiveObjects.count == before, "\(LiveObjects.count - before) left") }
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
