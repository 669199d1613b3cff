import Logging
import NIOCore
import Signaling

/// One viewer's way to an RFB server: what the server says goes to the viewer as it is, what the viewer says is taken
/// apart, and of its input only what the viewer may do is passed on.
actor VNCBridge {
    /// What the viewer of a bridge wants and may.
    struct Terms: Sendable {
        var access = ViewerAccess.control
        /// Takes control at once, from whoever has it.
        var takesControl = false

        /// As asked for by `?view=1` and `?control=take`, within the caller's scope.
        init(_ request: RequestInfo) {
            access = request.scope >= .control && request.query["view"] != "1" ? .control : .view
            takesControl = access == .control && request.query["control"] == "take"
        }
    }

    /// How long the server may take to be there, and to take something.
    private static let connectLimit = Duration.seconds(3)
    private static let writeLimit = TimeAmount.seconds(10)
    /// How long it may take to notice the end.
    private static let endLimit = Duration.seconds(1)

    private let id = ViewerID()
    private let socket: WebSocketConnection
    private let address: VNCAddress
    private let desk: ControlDesk
    private let terms: Terms
    private let logger: Logger
    private var server: (any Channel)?
    private var parser = RFBClientParser()
    private var held = RFBHeld()
    private var isInControl = false
    private var hasEnded = false
    /// A mouse sends a thousand messages a second at most.
    private var pace = TokenBucket(rate: 2000, burst: 4000, now: .now)

    init(
        socket: WebSocketConnection, address: VNCAddress, desk: ControlDesk, terms: Terms, logger: Logger
    ) {
        self.socket = socket
        self.address = address
        self.desk = desk
        self.terms = terms
        var logger = logger
        logger[metadataKey: "viewer"] = "\(id.publicName)"
        self.logger = logger
    }

    /// Carries until one side ends it, and closes the socket with the reason.
    func run() async {
        let end = await bridge()
        socket.close(code: end.code, reason: end.description)
        logger.info("vnc bridge ended", metadata: ["reason": "\(end)"])
    }

    private func bridge() async -> VNCBridgeEnd {
        let connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>
        do { connection = try await address.connect(within: Self.connectLimit) } catch {
            return .unreachable("\(error)")
        }
        logger.info("vnc bridge", metadata: ["access": "\(terms.access.rawValue)"])
        server = connection.channel
        await desk.join(id) { [weak self] holder in await self?.told(holder) }
        if terms.takesControl { await desk.take(id) }
        let end = try? await connection.executeThenClose { inbound, _ in await self.carry(inbound) }
        await desk.leave(id)
        return end ?? .serverClosed
    }

    private func carry(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async -> VNCBridgeEnd {
        await withTaskGroup(of: VNCBridgeEnd.self) { group in
            group.addTask { await self.show(inbound) }
            group.addTask { await self.listen() }
            let end = await group.next() ?? .serverClosed
            if end != .serverClosed {
                // What is still to be shown is of no interest, and must not hold up the end.
                socket.close(code: end.code, reason: end.description)
                leaveServer()
                group.addTask {
                    try? await Task.sleep(for: Self.endLimit)
                    return .stuck
                }
                _ = await group.next()
            }
            group.cancelAll()
            return end
        }
    }

    /// Passes on what the server says until it ends.
    private func show(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async -> VNCBridgeEnd {
        do {
            for try await bytes in inbound where !hasEnded { _ = await socket.send(bytes) }
        } catch {
            logger.debug("vnc server lost: \(error)")
        }
        return .serverClosed
    }

    /// Passes on what the viewer says, as far as it may, until it ends.
    private func listen() async -> VNCBridgeEnd {
        for await message in socket.bytes {
            let parts: [RFBClientParser.Part]
            do { parts = try parser.receive(message.readableBytesView) } catch { return .refused(error) }
            for part in parts {
                while !pace.take(at: .now) { try? await Task.sleep(for: .milliseconds(2)) }
                await pass(part)
            }
            if let end = await endOfWriting() { return end }
        }
        return .viewerLeft
    }

    private func pass(_ part: RFBClientParser.Part) async {
        switch part {
        case .handshake(let bytes), .message(.request, let bytes): write(bytes)
        case .message(.unwanted, _): break
        case .message(let input, let bytes):
            guard terms.access == .control else { return }
            if !isInControl, input != .change { _ = await desk.claim(id) }
            // From here to the write nothing may come between: what is noted here is let go of by `told`.
            guard isInControl, held.note(input) else { return }
            write(bytes)
        }
    }

    /// Control changed hands, perhaps.
    private func told(_ holder: ViewerID?) {
        if isInControl, holder != id {
            write(held.releaseAll())
            server?.flush()
        }
        isInControl = holder == id
    }

    private func write(_ bytes: [UInt8]) {
        guard !bytes.isEmpty, !hasEnded else { return }
        server?.write(ByteBuffer(bytes: bytes), promise: nil)
    }

    /// Waits until the server has taken everything, which is the viewer's back-pressure.
    /// - Returns: why it did not; `nil` when it has.
    private func endOfWriting() async -> VNCBridgeEnd? {
        guard let server else { return .serverClosed }
        let limit = NIODeadline.now() + Self.writeLimit
        let cut = server.eventLoop.scheduleTask(deadline: limit) { server.close(promise: nil) }
        defer { cut.cancel() }
        do { try await server.writeAndFlush(ByteBuffer()).get() } catch {
            return NIODeadline.now() < limit ? .serverClosed : .stuck
        }
        return nil
    }

    /// Lets go of everything, and tells the server that nothing more comes. It sees the end only after that: QEMU would
    /// not read what came before a connection that is cut.
    private func leaveServer() {
        guard let server else { return }
        server.writeAndFlush(ByteBuffer(bytes: held.releaseAll())).whenComplete { _ in
            server.close(mode: .output, promise: nil)
        }
        hasEnded = true
    }
}
