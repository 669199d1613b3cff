import CGStreamer

/// The way from `webrtcbin`'s ICE agent to the peer: the selected pair's socket, or its relay.
///
/// `@unchecked Sendable` because the agent locks itself, and the rest does not change.
struct ICESocket: DatagramSocket, @unchecked Sendable {
    private let agent: Object
    private let stream: guint
    private let component: guint
    private let function: NiceLibrary.Send

    /// Finds the way of a connection whose local description is set.
    ///
    /// - Throws: `missingPad` where there is none yet, `missingElement` without libnice.
    init(of bin: WebRTCBin) throws(GStreamerError) {
        guard let sink = Element.firstInside(bin, factory: "nicesink"), let agent = try sink.object(of: "agent"),
            let stream = try sink.get("stream").integer, let component = try sink.get("component").integer
        else { throw .missingPad(element: bin.name, pad: "nicesink.sink") }
        guard let function = NiceLibrary.send else {
            throw .missingElement(factory: "nicesink", package: DebianPackage.ofElement["nicesink"])
        }
        self.agent = agent
        self.stream = guint(stream)
        self.component = guint(component)
        self.function = function
    }

    func send(_ messages: UnsafeBufferPointer<LocoOutputMessage>) -> Int {
        guard let first = messages.baseAddress else { return 0 }
        // Negative where not even the first one was.
        return max(0, Int(function(agent.pointer, stream, component, first, guint(messages.count), nil, nil)))
    }
}
