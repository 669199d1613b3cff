import Fleet
import HTTPTypes
import Logging
import Signaling
import Synchronization

/// The hub's `/proxy/vnc/{id}`: passes RFB between a viewer and a guest's node, which decides what of it reaches the
/// guest. An instance without a node whose RFB server is named in the instances' file is bridged from here.
final class VNCRelay: Sendable {
    private let registry: InstanceRegistry
    private let client: NodeClient
    private let logger: Logger
    /// Of instances without a node; the ids are those of the file.
    private let direct = Mutex<[InstanceID: VNCBridges]>([:])

    init(registry: InstanceRegistry, client: NodeClient, logger: Logger) {
        self.registry = registry
        self.client = client
        self.logger = logger
    }

    /// The route.
    var route: WebSocketRoute {
        WebSocketRoute(path: "/proxy/vnc/{id}", limits: .bytes, subprotocols: ["binary"]) { socket, request in
            await self.serve(socket, request)
        }
    }

    /// The path of an instance's bridge; `nil` where there is none.
    static func path(of instance: Instance, state: NodeState) -> String? {
        let isThere =
            instance.streamUrl == nil
            ? instance.vncUrl.flatMap(VNCAddress.init) != nil
            : state.isReporting && state.report?.deepHealth.video.vncAvailable == true
        return isThere ? "/proxy/vnc/\(instance.id)" : nil
    }

    private func serve(_ socket: WebSocketConnection, _ request: RequestInfo) async {
        let id = request.parameters["id"] ?? ""
        guard let instance = await registry.find(id) else {
            return socket.close(code: 4404, reason: "there is no instance '\(id.prefix(64))'")
        }
        if let node = instance.streamUrl { return await relay(socket, request, instance.id, node) }
        let address = instance.vncUrl.flatMap(VNCAddress.init)
        await bridges(of: instance.id).serve(socket, request, address: address)
    }

    private func bridges(of id: InstanceID) -> VNCBridges {
        direct.withLock { direct in
            if let known = direct[id] { return known }
            var logger = logger
            logger[metadataKey: "instance"] = "\(id)"
            let fresh = VNCBridges(desk: ControlDesk(sink: NoInput()), logger: logger)
            direct[id] = fresh
            return fresh
        }
    }

    private func relay(
        _ socket: WebSocketConnection, _ request: RequestInfo, _ id: InstanceID, _ node: String
    ) async {
        let requestID = CorrelationID.given(in: request.headers) ?? CorrelationID.make()
        let metadata: Logger.Metadata = ["instance": "\(id)", "request": "\(requestID)"]
        var headers = client.authorization
        headers[CorrelationID.field] = requestID
        headers[AccessPolicy.scopeField] = request.scope.forViewers.rawValue
        // Of the query only what is known is passed on.
        let wishes = ["view=1", "control=take"].filter { wish in
            let parts = wish.split(separator: "=")
            return request.query[String(parts[0])] == String(parts[1])
        }
        let query = wishes.isEmpty ? "" : "?" + wishes.joined(separator: "&")
        let upstream: WebSocketConnection
        do {
            upstream = try await WebSocketClient.connect(url: node + "/vnc" + query, headers: headers, limits: .bytes)
        } catch {
            logger.warning("vnc viewer not connected: \(error)", metadata: metadata)
            return socket.close(code: 1011, reason: "the node of \(id) cannot be reached")
        }
        logger.info("vnc viewer", metadata: metadata)
        await withDiscardingTaskGroup { group in
            group.addTask {
                await upstream.pour(into: socket)
                // The node's own reason, which the viewer is to see. A code that says "no code" cannot be sent.
                if case .peer(let code) = upstream.closeReason, code != 1005 {
                    socket.close(code: code, reason: upstream.closeText)
                } else {
                    socket.close(code: 1011, reason: "the connection to the node of \(id) was lost")
                }
            }
            group.addTask {
                await socket.pour(into: upstream)
                upstream.close(code: 1001, reason: "the viewer's socket closed")
            }
        }
        logger.info("vnc viewer left", metadata: metadata)
    }
}

/// Input that came over HTTP has no way to a guest without a node.
private struct NoInput: InputSink {
    func send(_ events: [Signaling.InputEvent], taken: (@Sendable (UInt64) -> Void)?) throws {}
}

extension WebSocketConnection {
    /// Passes everything that comes in here on to another socket, as fast as that one takes it, until one of them ends.
    fileprivate func pour(into other: WebSocketConnection) async {
        for await bytes in bytes { guard await other.send(bytes) else { return } }
    }
}
