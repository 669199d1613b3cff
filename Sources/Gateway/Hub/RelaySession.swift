import Fleet
import Logging
import Signaling

/// One client's socket on the hub's `/signal`: does what ``RelayState`` says.
actor RelaySession {
    private let socket: WebSocketConnection
    private let registry: InstanceRegistry
    private let client: NodeClient
    private let requestID: String
    private let access: ViewerAccess
    private let logger: Logger
    private var state = RelayState()
    private var upstreams: [String: WebSocketConnection] = [:]
    private var isOver = false
    private let count: @Sendable (SignalTally) -> Void

    /// - Parameters:
    ///   - requestID: the id of the client's socket, which the nodes' sockets and all log lines carry.
    ///   - access: what the client may do; the nodes are told.
    ///   - count: takes what was said.
    init(
        socket: WebSocketConnection, requestID: String, access: ViewerAccess, registry: InstanceRegistry,
        client: NodeClient, logger: Logger, count: @escaping @Sendable (SignalTally) -> Void
    ) {
        self.count = count
        self.socket = socket
        self.requestID = requestID
        self.access = access
        var logger = logger
        logger[metadataKey: "request"] = "\(requestID)"
        self.logger = logger
        self.registry = registry
        self.client = client
    }

    /// Handles a message of the client's, and returns the targets to open: run ``serve(_:)`` for each.
    func receive(_ text: String) -> [String] {
        perform(state.receive(text) { "viewer-" + String(UInt64.random(in: .min ... .max), radix: 36) })
    }

    /// Opens a target's upstream socket and passes its messages on until it closes.
    func serve(_ target: String) async {
        guard let instance = await registry.find(target) else {
            perform(state.failed(target, code: .unknownTarget, message: "there is no instance '\(target)'"))
            return
        }
        let upstream: WebSocketConnection
        do {
            guard let base = instance.streamUrl else {
                throw WebSocketClient.ConnectError.unreachable(url: target, reason: "its node does not listen yet")
            }
            var headers = client.authorization
            headers[CorrelationID.field] = requestID
            headers[AccessPolicy.scopeField] = access.rawValue
            upstream = try await WebSocketClient.connect(url: base + "/signal", headers: headers)
        } catch {
            logger.warning("viewer not connected: \(error)", metadata: metadata(target))
            perform(state.failed(target, code: .targetUnreachable, message: "\(error)"))
            return
        }
        // The client may have left while the socket was being opened.
        guard !isOver else { return upstream.close(code: 1001) }
        upstreams[target] = upstream
        logger.info("viewer signals", metadata: metadata(target))
        perform(state.opened(target))
        for await text in upstream.messages { perform(state.received(text, from: target)) }
        upstreams[target] = nil
        guard !isOver else { return }
        guard await registry.find(target) != nil else {
            logger.info("the instance was taken away", metadata: metadata(target))
            let reason = await registry.goneReason
            perform(state.failed(target, code: .targetGone, message: "\(target): \(reason)"))
            return
        }
        logger.warning("the node's signaling was lost", metadata: metadata(target))
        perform(
            state.failed(target, code: .targetUnreachable, message: "the connection to the node of \(target) was lost"))
    }

    /// Closes all upstream sockets; what was sent to them before still arrives.
    func end() {
        isOver = true
        for upstream in upstreams.values { upstream.close(code: 1001, reason: "the viewer's socket closed") }
    }

    private func metadata(_ target: String) -> Logger.Metadata {
        ["instance": "\(target)", "viewer": "\(state.viewer ?? "")"]
    }

    @discardableResult
    private func perform(_ actions: [RelayState.Action]) -> [String] {
        let tally = state.takeTally()
        if !tally.isEmpty { count(tally) }
        var targets: [String] = []
        for action in actions {
            switch action {
            case .reply(let text): socket.send(text)
            case .forward(let target, let text): upstreams[target]?.send(text)
            case .open(let target): targets.append(target)
            }
        }
        return targets
    }
}
