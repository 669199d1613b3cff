import Pipelines

/// A viewer's offer, validated, with the codecs chosen from it.
///
/// `webrtcbin` 1.22 aborts the process on descriptions that lack what it takes for granted (a `mid`, for one), so
/// nothing reaches it that has not passed here; and it is given a reduced copy that holds only what will be used.
struct Offer: Equatable {
    /// A codec chosen for one media section.
    struct Choice: Equatable {
        let section: Int
        let payloadType: Int
        /// The payload type of packets that are sent again (RTX); nil where the viewer offers none.
        var repairType: Int?
    }

    /// The video codec the viewer will get.
    let codec: VideoCodec
    let video: Choice
    /// Opus, where the viewer offered it.
    let audio: Choice?
    /// The header extensions of the video section that this node speaks.
    let extensions: HeaderExtensions
    /// Whether the viewer opens a data channel.
    let hasDataChannel: Bool
    /// The reduced description for `webrtcbin`: the chosen payload types, the header extensions that this node speaks,
    /// literal addresses.
    let reduced: String

    /// Sections an offer may have; a browser's has three.
    static let sectionLimit = 8

    /// Validates an offer and chooses codecs.
    ///
    /// - Parameters:
    ///   - text: the SDP.
    ///   - codecs: what the node can send, in order of preference.
    init(_ text: String, codecs: [VideoCodec]) throws(OfferError) {
        var sdp = try SDPText(text)
        guard !sdp.media.isEmpty else { throw .notSDP("it has no media section") }
        guard sdp.media.count <= Self.sectionLimit else {
            throw .notSDP("it has more than \(Self.sectionLimit) media sections")
        }
        try Self.validateTransport(sdp)
        let video = try Self.section("video", of: sdp)
        let audio = try Self.section("audio", of: sdp)
        guard let video else { throw .noCommonCodec(offered: [], supported: codecs.map(\.encodingName)) }

        let formats = PayloadFormat.all(in: sdp.media[video])
        guard let (codec, format) = Self.choose(from: formats, codecs: codecs) else {
            throw .noCommonCodec(offered: Self.names(formats), supported: codecs.map(\.encodingName))
        }
        self.codec = codec
        self.video = Choice(
            section: video, payloadType: format.payloadType,
            repairType: Self.repair(of: format.payloadType, in: sdp.media[video])?.payloadType)
        self.audio = audio.flatMap { section in
            PayloadFormat.all(in: sdp.media[section])
                .first { $0.encodingName.lowercased() == "opus" && $0.clockRate == 48000 && $0.payloadType >= 96 }
                .map { Choice(section: section, payloadType: $0.payloadType) }
        }
        if audio != nil, self.audio == nil { throw .notSDP("its audio section does not offer opus/48000") }
        extensions = HeaderExtensions(in: sdp.media[video])
        hasDataChannel = sdp.media.contains { $0[0].hasPrefix("m=application ") }
        sdp.media[video] = Self.reduce(sdp.media[video], to: self.video.payloadType, keeping: extensions)
        if let audio = self.audio {
            // No transport-wide numbers on sound: the estimate is told what it takes.
            sdp.media[audio.section] = Self.reduce(
                sdp.media[audio.section], to: audio.payloadType, keeping: HeaderExtensions())
        }
        sdp.session.removeAll { $0.hasPrefix("a=extmap") }
        sdp.media = sdp.media.map { $0.filter { !Self.isUnresolvable($0) } }
        reduced = sdp.description
    }

    /// A candidate with a name instead of an address, as browsers send to hide theirs (mDNS): resolving it blocks
    /// `webrtcbin`'s only thread, and the viewer's own checks reveal its address anyway.
    static func isUnresolvable(_ line: String) -> Bool {
        guard let start = line.range(of: "candidate:") else { return false }
        let fields = line[start.upperBound...].split(separator: " ")
        return fields.count > 4 && !fields[4].allSatisfy { $0.isHexDigit || $0 == "." || $0 == ":" }
    }

    private static func section(_ kind: String, of sdp: SDPText) throws(OfferError) -> Int? {
        let sections = sdp.media.indices.filter { sdp.media[$0][0].hasPrefix("m=\(kind) ") }
        guard sections.count <= 1 else { throw .notSDP("it has \(sections.count) \(kind) sections; one is answered") }
        guard let section = sections.first else { return nil }
        let lines = sdp.media[section]
        if lines.contains("a=sendonly") || lines.contains("a=inactive") {
            throw .notSDP("its \(kind) section does not receive")
        }
        return section
    }

    /// Everything that `webrtcbin` asserts or needs for one bundled transport.
    private static func validateTransport(_ sdp: SDPText) throws(OfferError) {
        let bundle = SDPText.attributes("group", in: sdp.session).first { $0.hasPrefix("BUNDLE") }
        guard let bundled = bundle?.split(separator: " ").dropFirst().map(String.init) else {
            throw .notSDP("it does not bundle its sections (a=group:BUNDLE)")
        }
        var seen: Set<String> = []
        for lines in sdp.media {
            let words = lines[0].split(separator: " ")
            guard words.count >= 4, ["m=audio", "m=video", "m=application"].contains(words[0]) else {
                throw .notSDP("'\(lines[0].prefix(60))' is no media section that can be answered")
            }
            let isMedia = words[0] != "m=application"
            guard words[2].hasPrefix("UDP/TLS/RTP/SAVPF") == isMedia, isMedia || words[2].hasSuffix("DTLS/SCTP") else {
                throw .notSDP("its protocol '\(words[2].prefix(40))' is not WebRTC's")
            }
            guard let mid = SDPText.attributes("mid", in: lines).first, !mid.isEmpty, mid.utf8.count <= 32 else {
                throw .notSDP("a media section has no a=mid")
            }
            guard seen.insert(mid).inserted, bundled.contains(mid) else {
                throw .notSDP("section '\(mid)' is repeated or not bundled")
            }
            for attribute in ["ice-ufrag", "ice-pwd", "fingerprint", "setup"] {
                let values = SDPText.attributes(attribute, in: lines) + SDPText.attributes(attribute, in: sdp.session)
                guard let value = values.first, !value.isEmpty else {
                    throw .notSDP("section '\(mid)' has no a=\(attribute)")
                }
            }
            if isMedia, !lines.contains("a=rtcp-mux") { throw .notSDP("section '\(mid)' has no a=rtcp-mux") }
        }
    }

    private static func choose(from formats: [PayloadFormat], codecs: [VideoCodec]) -> (VideoCodec, PayloadFormat)? {
        // Dynamic payload types (RFC 3551, section 3).
        let usable = formats.filter { $0.payloadType >= 96 && $0.clockRate == 90000 }
        for codec in codecs {
            let candidates = usable.filter { $0.encodingName.uppercased() == codec.encodingName }
            switch codec {
            case .vp8: if let format = candidates.first { return (codec, format) }
            case .h264:
                // Non-interleaved mode (RFC 6184 6.3), and a profile that constrained baseline satisfies.
                let baseline = candidates.filter {
                    $0.parameters["packetization-mode"] == "1"
                        && ($0.parameters["profile-level-id"] ?? "42").lowercased().hasPrefix("42")
                }
                let exact = baseline.first { $0.parameters["profile-level-id"]?.lowercased().hasPrefix("42e0") == true }
                if let format = exact ?? baseline.first { return (codec, format) }
            }
        }
        return nil
    }

    private static func names(_ formats: [PayloadFormat]) -> [String] {
        let auxiliary: Set<String> = ["rtx", "red", "ulpfec", "flexfec-03"]
        var names: [String] = []
        for name in formats.map(\.encodingName) where !auxiliary.contains(name.lowercased()) && !names.contains(name) {
            names.append(name)
        }
        return names
    }

    private static func repair(of payloadType: Int, in lines: [String]) -> PayloadFormat? {
        PayloadFormat.all(in: lines).first {
            $0.encodingName.lowercased() == "rtx" && $0.parameters["apt"] == "\(payloadType)"
        }
    }

    /// Keeps one payload type, its retransmissions, and the feedback this node acts on.
    private static func reduce(
        _ lines: [String], to payloadType: Int, keeping extensions: HeaderExtensions
    ) -> [String] {
        let kept = [payloadType] + (repair(of: payloadType, in: lines).map { [$0.payloadType] } ?? [])
        var head = lines[0].split(separator: " ").prefix(3).map(String.init)
        head += kept.map(String.init)
        var feedback: Set<String> = ["nack", "nack pli", "ccm fir"]
        if extensions.transportWide != nil { feedback.insert("transport-cc") }
        let rest = lines.dropFirst().filter { line in
            if line.hasPrefix("a=extmap") { return extensions.names(line) }
            if line.hasPrefix("a=rid") || line.hasPrefix("a=simulcast") { return false }
            for attribute in ["a=rtpmap:", "a=fmtp:", "a=rtcp-fb:"] where line.hasPrefix(attribute) {
                let parts = line.dropFirst(attribute.count).split(separator: " ", maxSplits: 1)
                guard parts.count == 2, let type = Int(parts[0]), kept.contains(type) else { return false }
                return attribute != "a=rtcp-fb:" || feedback.contains(String(parts[1]))
            }
            return true
        }
        return [head.joined(separator: " ")] + rest
    }
}
