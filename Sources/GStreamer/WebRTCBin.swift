import CGStreamer

/// `webrtcbin`: one peer connection. Operations are asynchronous and have deadlines; none may be called from inside a
/// signal handler of the same object.
public final class WebRTCBin: Element, @unchecked Sendable {
    /// Makes a peer connection that bundles everything on one transport and adds no latency of its own.
    ///
    /// - Throws: `missingElement` where `webrtcbin` or a part it needs is absent.
    public convenience init(name: String? = nil) throws(GStreamerError) {
        // Without these webrtcbin constructs and later fails in silence: no candidates, or no data channel.
        try Runtime.require(["nicesink", "nicesrc", "dtlsdec", "srtpenc", "sctpdec", "rtpbin"])
        self.init(owning: try Element.make("webrtcbin", name: name))
        try set("bundle-policy", "max-bundle")
        try set("latency", .uint(0))
    }

    /// Limits the local addresses to gather candidates from; none means all of the machine's. Call before the local
    /// description is set.
    ///
    /// - Throws: `missingElement` for an ICE agent without that ability, `unknownSignal` likewise.
    public func gather(from addresses: [String]) throws(GStreamerError) {
        let agent = try iceAgent()
        // Port mapping by UPnP is neither wanted nor quick: every gathering would wait 200 ms for routers to answer.
        try agent.object(of: "agent")?.set("upnp", false)
        for address in addresses { try agent.emit("add-local-ip-address", [.string(address)]) }
    }

    /// Limits the local UDP and TCP ports to a range.
    public func usePorts(_ range: ClosedRange<UInt16>) throws(GStreamerError) {
        let agent = try iceAgent()
        // In this order: the agent warns about a minimum above its current maximum.
        try agent.set("max-rtp-port", .uint(UInt32(range.upperBound)))
        try agent.set("min-rtp-port", .uint(UInt32(range.lowerBound)))
    }

    /// Whether candidates over TCP are gathered beside UDP.
    public func useTCPCandidates(_ use: Bool) throws(GStreamerError) { try iceAgent().set("ice-tcp", .bool(use)) }

    /// Asks a STUN server for the address as seen from outside.
    ///
    /// - Parameter host: a name or an address; IPv6 in brackets.
    public func useSTUNServer(host: String, port: UInt16) throws(GStreamerError) {
        try set("stun-server", .string("stun://\(host):\(port)"))
    }

    /// Gathers a relayed candidate from a TURN server (RFC 8656). Call before the local description is set.
    ///
    /// - Parameters:
    ///   - host: a name or an address; IPv6 in brackets.
    ///   - transport: how the server is spoken to, `udp` or `tcp`.
    /// - Throws: `invalidValue` for a server that is refused; it does not hold the credentials.
    public func addTURNServer(
        host: String, port: UInt16, transport: String, username: String, password: String
    ) throws(GStreamerError) {
        let user = Self.percentEscaped(username) + ":" + Self.percentEscaped(password)
        let uri = "turn://\(user)@\(host):\(port)?transport=\(transport)"
        guard try ask("add-turn-server", [.string(uri)]) else {
            throw .invalidValue(
                object: typeName, property: "turn-server", value: "turn:\(host):\(port)?transport=\(transport)")
        }
    }

    /// Gives relays back to their TURN servers, within a second. Call before the pipeline stops: `webrtcbin` 1.22 itself
    /// forgets them, and until they expire the servers refuse a relay to whoever gets the same local port.
    public func releaseRelays() async {
        guard let agent = try? iceAgent().object(of: "agent") else { return }
        await ICEAgentClosing.close(agent, within: 1)
    }

    /// Everything but RFC 3986's unreserved characters escaped: `:`, `/`, `+` and `=` are frequent in credentials and
    /// would end or change them in the URI.
    static func percentEscaped(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }

    /// The sending side of one media section of the remote offer; what a ``MediaTransport`` sends goes past it.
    ///
    /// - Parameters:
    ///   - section: index of the offer's m-line.
    ///   - codec: what will be sent, with the payload type of the offer.
    ///   - streamID: the `msid`; sections with different ones are not synchronised with each other by browsers.
    /// - Throws: `missingPad` where the section cannot be sent to.
    @discardableResult
    public func sender(section: Int, codec: Caps, streamID: String) throws(GStreamerError) -> Pad {
        let pad = try requestPad("sink_\(section)")
        try pad.set("msid", .string(streamID))
        guard let transceiver = try pad.object(of: "transceiver") else {
            throw .missingPad(element: name, pad: "sink_\(section)")
        }
        try transceiver.set("direction", "sendonly")
        try transceiver.set("codec-preferences", .caps(codec))
        try transceiver.set("do-nack", true)
        return pad
    }

    /// Gives every RTCP packet of the peer's to `take`, decrypted, instead of to `rtpsession`, which knows of nothing that is
    /// sent. Call it once the local description is set; the rules are those of ``Pad/probeBuffers(_:)``.
    ///
    /// - Throws: `missingPad` where there is no session yet.
    public func takeFeedback(
        _ take: @escaping @Sendable (borrowing BufferView) -> Void
    ) throws(GStreamerError) -> PadProbe {
        guard let sessions = Element.firstInside(self, factory: "rtpbin") else {
            throw .missingPad(element: name, pad: "rtpbin.recv_rtcp_sink_0")
        }
        // All media is bundled in session 0.
        return try sessions.pad("recv_rtcp_sink_0").probeBuffers { packet in
            take(packet)
            return .drop
        }
    }

    /// Adds a section that only receives, to an offer of this side.
    ///
    /// - Parameters:
    ///   - codec: what may be received, with its payload type.
    ///   - repairs: whether packets that are lost are asked for again, and offered to be sent by RTX.
    public func addReceiver(codec: Caps, repairs: Bool = false) throws(GStreamerError) {
        let receiveOnly = Int32(GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY.rawValue)
        var failure: GStreamerError?
        codec.withGstCaps { caps in
            do throws(GStreamerError) {
                let transceiver = try create(
                    "add-transceiver", [.enumeration(receiveOnly), .boxed(UnsafeMutableRawPointer(caps))])
                if let transceiver { try Object(owning: transceiver).set("do-nack", .bool(repairs)) }
            } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Sets how often this side reports on the packets it received (transport-wide congestion control), in nanoseconds.
    /// Without it a report goes out after every frame. Call it once media is set up: when the first pad appears.
    ///
    /// - Throws: `missingPad` where there is no session yet.
    public func setFeedbackInterval(_ nanoseconds: UInt64) throws(GStreamerError) {
        // All media is bundled in session 0.
        guard let sessions = Element.firstInside(self, factory: "rtpbin"),
            let session = try sessions.create("get-internal-session", [.uint(0)])
        else { throw .missingPad(element: name, pad: "rtpbin.session_0") }
        try Object(owning: session).set("twcc-feedback-interval", .uint64(nanoseconds))
    }

    /// Opens an ordered, reliable data channel. Call it once the pipeline is prepared and before the offer.
    ///
    /// - Throws: `promiseFailed` where the connection cannot carry data.
    public func openDataChannel(_ label: String) throws(GStreamerError) -> DataChannel {
        guard let channel = try create("create-data-channel", [.string(label), .boxed(nil)]) else {
            throw .promiseFailed(operation: "create-data-channel", reason: "the sctp plugin is absent")
        }
        return DataChannel(owning: channel)
    }

    /// Sets the remote offer or answer.
    ///
    /// - Throws: `malformedSessionDescription` for text that is none, else `promiseFailed` or `timedOut`.
    public func setRemote(_ kind: SessionDescriptionKind, _ sdp: String) async throws {
        try await setDescription("set-remote-description", kind, sdp)
    }

    /// Sets the local offer or answer; candidates are gathered from here on.
    ///
    /// - Throws: as ``setRemote(_:_:)``.
    public func setLocal(_ kind: SessionDescriptionKind, _ sdp: String) async throws {
        try await setDescription("set-local-description", kind, sdp)
    }

    /// Answers the remote offer.
    ///
    /// - Returns: the answer's SDP, without candidates.
    public func createAnswer() async throws -> String {
        let reply = try await Promise.reply(to: "create-answer", within: 5) { promise in
            try emit("create-answer", [.boxed(nil), .boxed(promise)])
        }
        guard let sdp = reply["answer"]?.text else {
            throw GStreamerError.promiseFailed(operation: "create-answer", reason: "the reply holds no answer")
        }
        return sdp
    }

    /// Makes an offer from the senders and channels added so far.
    public func createOffer() async throws -> String {
        let reply = try await Promise.reply(to: "create-offer", within: 5) { promise in
            try emit("create-offer", [.boxed(nil), .boxed(promise)])
        }
        guard let sdp = reply["offer"]?.text else {
            throw GStreamerError.promiseFailed(operation: "create-offer", reason: "the reply holds no offer")
        }
        return sdp
    }

    /// The local description with the candidates gathered so far.
    public func localDescription() throws(GStreamerError) -> String? { try get("local-description").text }

    /// Adds a candidate of the remote peer (RFC 8839 `candidate:...`); an empty one ends them.
    public func addCandidate(_ candidate: String, section: Int) throws(GStreamerError) {
        try emit("add-ice-candidate", [.uint(UInt32(section)), .string(candidate)])
    }

    /// Calls `handler` with each data channel the peer opens.
    public func onDataChannel(_ handler: @escaping @Sendable (DataChannel) -> Void) throws(GStreamerError)
        -> SignalConnection
    {
        try connect("on-data-channel") { arguments in
            guard let channel = arguments.object(0) else { return }
            handler(DataChannel(owning: channel))
        }
    }

    /// How far the association that carries data channels is; nil where none is negotiated. Not to be called from the
    /// connection's own signal handlers.
    public var sctpState: SCTPState? {
        guard let transport = try? object(of: "sctp-transport") else { return nil }
        return (try? transport.get("state").integer).flatMap(SCTPState.init)
    }

    private func iceAgent() throws(GStreamerError) -> Object {
        guard let agent = try object(of: "ice-agent") else {
            throw .missingElement(factory: "nicesrc", package: DebianPackage.ofElement["nicesrc"])
        }
        return agent
    }

    private func setDescription(_ signal: String, _ kind: SessionDescriptionKind, _ sdp: String) async throws {
        var message: UnsafeMutablePointer<GstSDPMessage>?
        guard gst_sdp_message_new_from_text(sdp, &message) == GST_SDP_OK, let message else {
            if let message { gst_sdp_message_free(message) }
            throw GStreamerError.malformedSessionDescription("GStreamer cannot parse it")
        }
        // The description owns the message.
        let description = gst_webrtc_session_description_new(kind.type, message)!
        defer { gst_webrtc_session_description_free(description) }
        _ = try await Promise.reply(to: signal, within: 5) { promise in
            try emit(signal, [.boxed(description), .boxed(promise)])
        }
    }
}

/// Whether a session description proposes or answers (RFC 8829).
public enum SessionDescriptionKind: String, Sendable {
    case offer
    case answer

    var type: GstWebRTCSDPType { self == .offer ? GST_WEBRTC_SDP_TYPE_OFFER : GST_WEBRTC_SDP_TYPE_ANSWER }
}
