/// A browser's offer, cut down to what matters, with places to break it.
enum SampleOffer {
    static let transport = [
        "c=IN IP4 0.0.0.0", "a=ice-ufrag:abcd", "a=ice-pwd:0123456789012345678901", "a=setup:actpass",
        "a=fingerprint:sha-256 AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99",
    ]

    static let video = [
        "m=video 9 UDP/TLS/RTP/SAVPF 96 97 109 114 103", "a=mid:0", "a=recvonly", "a=rtcp-mux",
        "a=extmap:1 urn:ietf:params:rtp-hdrext:toffset",
        "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
        "a=extmap:5/sendrecv http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
        "a=rtpmap:96 VP8/90000", "a=rtcp-fb:96 goog-remb", "a=rtcp-fb:96 nack", "a=rtcp-fb:96 nack pli",
        "a=rtpmap:97 rtx/90000", "a=fmtp:97 apt=96",
        "a=rtpmap:103 H264/90000", "a=fmtp:103 packetization-mode=0;profile-level-id=42001f",
        "a=rtpmap:109 H264/90000", "a=rtcp-fb:109 ccm fir", "a=rtcp-fb:109 transport-cc",
        "a=fmtp:109 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
        "a=rtpmap:114 rtx/90000", "a=fmtp:114 apt=109",
    ]

    static let audio = [
        "m=audio 9 UDP/TLS/RTP/SAVPF 111 0", "a=mid:1", "a=recvonly", "a=rtcp-mux", "a=rtpmap:111 opus/48000/2",
        "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
        "a=fmtp:111 minptime=10;useinbandfec=1", "a=rtpmap:0 PCMU/8000",
    ]

    static let channel = ["m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "a=mid:2", "a=sctp-port:5000"]

    static func make(
        _ sections: [[String]] = [video, audio, channel], bundle: String = "a=group:BUNDLE 0 1 2"
    ) -> String {
        (["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", bundle]
            + sections.flatMap { [$0[0]] + transport + $0.dropFirst() }).map { $0 + "\r\n" }.joined()
    }

    /// The offer without the lines that begin so.
    static func make(without prefix: String) -> String {
        make().split(separator: "\r\n").filter { !$0.hasPrefix(prefix) }.map { $0 + "\r\n" }.joined()
    }
}
