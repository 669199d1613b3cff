import Foundation
import Pipelines
import Testing

@testable import Signaling

@Suite("Offers", .timeLimit(.minutes(1)))
struct OfferTests {
    @Test("The preferred codec that the viewer offers is chosen, H.264 only in a profile that can be sent")
    func choice() throws {
        let h264 = try Offer(SampleOffer.make(), codecs: [.h264, .vp8])
        #expect(h264.codec == .h264)
        #expect(h264.video == Offer.Choice(section: 0, payloadType: 109, repairType: 114))
        #expect(h264.audio == Offer.Choice(section: 1, payloadType: 111))
        #expect(h264.hasDataChannel)
        let vp8 = try Offer(SampleOffer.make(), codecs: [.vp8, .h264])
        #expect(vp8.video == Offer.Choice(section: 0, payloadType: 96, repairType: 97))
        let onlyMode0 = SampleOffer.make(without: "a=rtpmap:109")
        #expect(try Offer(onlyMode0, codecs: [.h264, .vp8]).codec == .vp8)
    }

    @Test("The reduced offer holds the chosen payload types and the feedback that is acted on, nothing else")
    func reduction() throws {
        let offer = try Offer(SampleOffer.make(), codecs: [.h264])
        #expect(offer.reduced.contains("m=video 9 UDP/TLS/RTP/SAVPF 109 114\r\n"))
        #expect(offer.reduced.contains("a=rtcp-fb:109 ccm fir"))
        for gone in ["VP8", "toffset", "goog-remb", "PCMU", "a=fmtp:103"] {
            #expect(!offer.reduced.contains(gone), "\(gone) should be gone")
        }
    }

    @Test("Transport-wide numbers and the playout delay are kept for the picture, the former only with their feedback")
    func extensions() throws {
        let offer = try Offer(SampleOffer.make(), codecs: [.h264])
        #expect(offer.extensions.transportWide == 3)
        #expect(offer.extensions.playoutDelay == 5)
        #expect(offer.reduced.components(separatedBy: HeaderExtensions.transportWideURI).count == 2)
        #expect(offer.reduced.contains("a=rtcp-fb:109 transport-cc"))
        let silent = try Offer(SampleOffer.make(without: "a=rtcp-fb:109 transport-cc"), codecs: [.h264])
        #expect(silent.extensions.transportWide == nil)
        #expect(!silent.reduced.contains("transport-wide"))
        #expect(silent.extensions.playoutDelay == 5)
    }

    @Test("Candidates with a name instead of an address are left out")
    func candidates() throws {
        let named = "a=candidate:1 1 udp 2113937151 0a1b2c3d-0000-4000-8000-000000000000.local 50000 typ host"
        let literal = "a=candidate:2 1 udp 2113937151 127.0.0.1 50001 typ host"
        let six = "a=candidate:3 1 udp 2113937151 fe80::1 50001 typ host"
        let offer = try Offer(
            SampleOffer.make([SampleOffer.video + [named, literal, six], SampleOffer.audio, SampleOffer.channel]),
            codecs: [.h264])
        #expect(!offer.reduced.contains(".local"))
        #expect(offer.reduced.contains(literal))
        #expect(offer.reduced.contains(six))
    }

    @Test(
        "What would make webrtcbin abort or fail later is refused with the reason",
        arguments: [
            ("", "it does not begin with v=0"),
            ("hello", "line 'hello' is not of the form <type>=<value>"),
            ("v=0\r\n", "it has no media section"),
            (SampleOffer.make(without: "a=mid"), "a media section has no a=mid"),
            (SampleOffer.make(without: "a=ice-ufrag"), "section '0' has no a=ice-ufrag"),
            (SampleOffer.make(without: "a=fingerprint"), "section '0' has no a=fingerprint"),
            (SampleOffer.make(without: "a=setup"), "section '0' has no a=setup"),
            (SampleOffer.make(without: "a=rtcp-mux"), "section '0' has no a=rtcp-mux"),
            (SampleOffer.make(without: "a=group"), "it does not bundle its sections (a=group:BUNDLE)"),
            (SampleOffer.make(bundle: "a=group:BUNDLE 0 1"), "section '2' is repeated or not bundled"),
            (SampleOffer.make([SampleOffer.video, SampleOffer.video]), "section '0' is repeated or not bundled"),
            (SampleOffer.make().replacing("recvonly", with: "sendonly"), "its video section does not receive"),
            (
                SampleOffer.make().replacing("UDP/TLS/RTP/SAVPF", with: "RTP/AVP"),
                "its protocol 'RTP/AVP' is not WebRTC's"
            ),
        ])
    func refused(text: String, reason: String) {
        #expect(throws: OfferError.notSDP(reason)) { _ = try Offer(text, codecs: [.h264, .vp8]) }
    }

    @Test("No common codec says which are offered and which are sent")
    func noCommonCodec() {
        let video = [
            "m=video 9 UDP/TLS/RTP/SAVPF 98 99 45", "a=mid:0", "a=recvonly", "a=rtcp-mux", "a=rtpmap:98 VP9/90000",
            "a=rtpmap:99 rtx/90000", "a=fmtp:99 apt=98", "a=rtpmap:45 AV1/90000",
        ]
        #expect(throws: OfferError.noCommonCodec(offered: ["VP9", "AV1"], supported: ["H264", "VP8"])) {
            _ = try Offer(SampleOffer.make([video, SampleOffer.audio, SampleOffer.channel]), codecs: [.h264, .vp8])
        }
        let text = OfferError.noCommonCodec(offered: ["VP9", "AV1"], supported: ["H264", "VP8"]).description
        #expect(text == "no common video codec: the offer has VP9, AV1, this guest is sent as H264, VP8")
    }
}
