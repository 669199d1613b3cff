import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

@testable import Gateway

/// An API server on 127.0.0.1 that serves lists, pages and watches of a ``FakeCluster``, and breaks them as told.
final class FakeAPIServer: Sendable {
    /// What it does instead of answering.
    enum Fault: Sendable {
        /// This status with this fixture, for requests whose permission begins with this.
        case status(Int, fixture: String, on: String)
        /// Takes requests and says nothing, also on watches that are open.
        case silent
        /// Cuts watches in the middle of the next line, once.
        case cut
        /// Sends lines in small pieces.
        case pieces
    }

    struct Request: Sendable {
        /// `GET /api/v1/namespaces/loco/pods`.
        let line: String
        let query: [String: String]
        let authorization: String?
        let body: String
        /// As RBAC calls it: `watch pods`.
        let permission: String
    }

    private struct Watcher {
        let resource: String
        let channel: any Channel
    }

    private struct State {
        var cluster = FakeCluster()
        var fault: Fault?
        var token: String?
        var recreates = true
        var requests: [Request] = []
        var watchers: [ObjectIdentifier: Watcher] = [:]
        var channels: [ObjectIdentifier: any Channel] = [:]
        var listener: (any Channel)?
        var port = 0
        /// The token of a page is out of date, so often.
        var expiredPages = 0
    }

    private let state = Mutex(State())

    var port: Int { state.withLock { $0.port } }
    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { state.withLock { $0.requests } }
    var watchers: Int { state.withLock { $0.watchers.values.count { $0.resource == "pods" } } }

    func set(fault: Fault?) { state.withLock { $0.fault = fault } }
    func set(token: String?) { state.withLock { $0.token = token } }
    func set(expiredPages: Int) { state.withLock { $0.expiredPages = expiredPages } }
    func set(recreates: Bool) { state.withLock { $0.recreates = recreates } }

    /// Listens; at the port it had, if it had one.
    func start() async throws {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(ChannelOptions.backlog, value: 64)
            .childChannelInitializer { channel in
                self.state.withLock { $0.channels[ObjectIdentifier(channel)] = channel }
                channel.closeFuture.whenComplete { _ in
                    self.state.withLock {
                        $0.channels[ObjectIdentifier(channel)] = nil
                        $0.watchers[ObjectIdentifier(channel)] = nil
                    }
                }
                return channel.pipeline.configureHTTPServerPipeline().flatMap {
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Handler(server: self))
                    }
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        state.withLock {
            $0.listener = channel
            $0.port = channel.localAddress?.port ?? 0
        }
    }

    /// Is gone: connections are cut, new ones refused.
    func stop() async {
        let (listener, channels) = state.withLock { state in
            defer { state.listener = nil }
            return (state.listener, Array(state.channels.values))
        }
        try? await listener?.close()
        for channel in channels { try? await channel.close() }
    }

    /// Changes the cluster and tells it to who watches.
    func change(_ body: @Sendable (inout FakeCluster) -> [FakeCluster.Event?]) {
        state.withLock { state in
            for event in body(&state.cluster).compactMap(\.self) { Self.tell(event, &state) }
        }
    }

    /// Wants that many pods, and has them at once: those with the highest numbers go first.
    func scale(_ replicas: Int) { state.withLock { Self.scale(replicas, &$0) } }

    /// Tells all watches that nothing happened.
    func bookmark() {
        state.withLock { state in
            for watcher in state.watchers.values {
                let object = JSONValue.object([
                    "kind": .string("Pod"),
                    "metadata": .object(["resourceVersion": .string("\(state.cluster.version)")]),
                    "spec": .object(["containers": .null]), "status": .object([:]),
                ])
                let event = FakeCluster.Event(
                    version: state.cluster.version, resource: watcher.resource, type: "BOOKMARK", object: object)
                Self.send(event, to: watcher.channel, &state)
            }
        }
    }

    /// Ends all watches in peace, as a time-out does.
    func endWatches() {
        state.withLock { state in
            for watcher in state.watchers.values {
                watcher.channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
            }
            state.watchers = [:]
        }
    }

    private static func scale(_ replicas: Int, _ state: inout State) {
        tell(state.cluster.put("statefulsets", "loco-emulator", state.cluster.makeSet(replicas)), &state)
        let there = state.cluster.objects["pods"]?.count ?? 0
        for number in there..<max(there, replicas) {
            tell(state.cluster.put("pods", "loco-emulator-\(number)", state.cluster.makePod(number)), &state)
        }
        for number in stride(from: there - 1, through: replicas, by: -1) {
            if let gone = state.cluster.remove("pods", "loco-emulator-\(number)") { tell(gone, &state) }
        }
    }

    private static func tell(_ event: FakeCluster.Event, _ state: inout State) {
        for watcher in state.watchers.values where watcher.resource == event.resource {
            send(event, to: watcher.channel, &state)
        }
    }

    private static func send(_ event: FakeCluster.Event, to channel: any Channel, _ state: inout State) {
        let line = event.line + "\n"
        func write(_ text: some StringProtocol) {
            channel.writeAndFlush(
                HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: String(text)))), promise: nil)
        }
        switch state.fault {
        case .silent: return
        case .cut:
            write(line.prefix(line.count / 2))
            state.fault = nil
            state.watchers[ObjectIdentifier(channel)] = nil
            channel.close(promise: nil)
        case .pieces:
            var rest = line[...]
            while !rest.isEmpty {
                write(rest.prefix(701))
                rest = rest.dropFirst(701)
            }
        case .status, nil: write(line)
        }
    }

    fileprivate func serve(_ head: HTTPRequestHead, _ body: String, on channel: any Channel) {
        let target = RequestTarget(head.uri)
        let parts = target.path.split(separator: "/").map(String.init)
        let name = parts.firstIndex(of: "namespaces").map { Array(parts[($0 + 2)...]) } ?? []
        let isWatch = target.query["watch"] == "true"
        let verb =
            switch head.method {
            case .DELETE: "delete"
            case .PATCH: "patch"
            default: isWatch ? "watch" : name.count > 1 ? "get" : "list"
            }
        let permission = "\(verb) \(name.first ?? "")\(name.count > 2 ? "/\(name[2])" : "")"
        state.withLock { state in
            let authorization = head.headers.first(name: "Authorization")
            state.requests.append(
                Request(
                    line: "\(head.method.rawValue) \(target.path)", query: target.query, authorization: authorization,
                    body: body, permission: permission))
            if case .silent = state.fault { return }
            if let token = state.token, authorization != "Bearer \(token)" {
                return Self.reply(401, FakeCluster.fixture("error-401-bad-token.json"), on: channel)
            }
            if case .status(let code, let fixture, let prefix) = state.fault, permission.hasPrefix(prefix) {
                return Self.reply(code, FakeCluster.fixture(fixture), on: channel)
            }
            switch verb {
            case "watch": Self.watch(name[0], target.query, on: channel, &state)
            case "list": Self.list(name[0], target.query, on: channel, &state)
            case "delete": Self.delete(name[1], body, on: channel, &state)
            case "patch" where name.count == 3 && name[2] == "scale": Self.patch(body, on: channel, &state)
            case "patch" where name.count == 3 && name[2] == "resize":
                Self.resize(name[1], body, on: channel, &state)
            default: Self.reply(404, FakeCluster.fixture("error-404-pod.json"), on: channel)
            }
        }
    }

    private static func list(
        _ resource: String, _ query: [String: String], on channel: any Channel, _ state: inout State
    ) {
        if query["continue"] != nil, state.expiredPages > 0 {
            state.expiredPages -= 1
            return reply(410, FakeCluster.fixture("error-410-continue-expired.json"), on: channel)
        }
        let limit = query["limit"].flatMap(Int.init) ?? .max
        reply(200, state.cluster.list(resource, limit: limit, after: query["continue"]), on: channel)
    }

    private static func watch(
        _ resource: String, _ query: [String: String], on channel: any Channel, _ state: inout State
    ) {
        let from = query["resourceVersion"].flatMap(Int.init) ?? 0
        channel.write(
            HTTPServerResponsePart.head(
                .init(version: .http1_1, status: .ok, headers: ["Content-Type": "application/json"])), promise: nil)
        if from < state.cluster.compacted {
            let line = try! String(
                contentsOf: FakeCluster.fixtures.appending(path: "pods-watch-too-old.ndjson"), encoding: .utf8)
            channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: line))), promise: nil)
            channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
            return
        }
        channel.flush()
        state.watchers[ObjectIdentifier(channel)] = Watcher(resource: resource, channel: channel)
        for event in state.cluster.log where event.resource == resource && event.version > from {
            send(event, to: channel, &state)
        }
    }

    private static func delete(_ name: String, _ body: String, on channel: any Channel, _ state: inout State) {
        let wanted = (try? JSON.decode(JSONValue.self, from: Data(body.utf8)))?["preconditions"]?["uid"]?.string
        guard let pod = state.cluster.objects["pods"]?[name] else {
            return reply(404, FakeCluster.fixture("error-404-pod.json"), on: channel)
        }
        guard wanted == pod["metadata"]?["uid"]?.string else {
            return reply(409, .object(["code": .number(409), "reason": .string("Conflict")]), on: channel)
        }
        reply(200, pod, on: channel)
        let going = pod.setting(["metadata", "deletionTimestamp"], .string("2030-01-01T00:00:00Z"))
        tell(state.cluster.put("pods", name, going), &state)
        if let gone = state.cluster.remove("pods", name) { tell(gone, &state) }
        guard state.recreates, let number = name.split(separator: "-").last.flatMap({ Int($0) }) else { return }
        tell(state.cluster.put("pods", name, state.cluster.makePod(number, ip: "127.0.1.\(11 + number)")), &state)
    }

    private static func patch(_ body: String, on channel: any Channel, _ state: inout State) {
        let wanted = (try? JSON.decode(JSONValue.self, from: Data(body.utf8)))?["spec"]?["replicas"]?.number
        reply(200, .object(["kind": .string("Scale")]), on: channel)
        if let wanted { scale(Int(wanted), &state) }
    }

    private static func resize(_ name: String, _ body: String, on channel: any Channel, _ state: inout State) {
        let patch = try? JSON.decode(JSONValue.self, from: Data(body.utf8))
        guard let pod = state.cluster.objects["pods"]?[name], let containers = patch?["spec"]?["containers"],
            patch?["metadata"]?["uid"] == pod["metadata"]?["uid"]
        else { return reply(409, .object(["code": .number(409), "reason": .string("Conflict")]), on: channel) }
        reply(200, pod, on: channel)
        // There is but one container.
        tell(state.cluster.put("pods", name, pod.setting(["spec", "containers"], containers)), &state)
    }

    private static func reply(_ status: Int, _ body: JSONValue, on channel: any Channel) {
        let buffer = JSON.encode(body)
        var headers = HTTPHeaders([("Content-Type", "application/json")])
        headers.add(name: "Content-Length", value: "\(buffer.readableBytes)")
        channel.write(
            HTTPServerResponsePart.head(
                .init(version: .http1_1, status: .init(statusCode: status), headers: headers)), promise: nil)
        channel.write(HTTPServerResponsePart.body(.byteBuffer(buffer)), promise: nil)
        channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        private let server: FakeAPIServer
        private var head: HTTPRequestHead?
        private var body = ByteBuffer()

        init(server: FakeAPIServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body.clear()
            case .body(var part): body.writeBuffer(&part)
            case .end:
                if let head { server.serve(head, String(buffer: body), on: context.channel) }
            }
        }
    }
}

/// An API server with that many pods, for the length of `body`.
func withAPIServer(
    pods: Int = 0, _ body: @Sendable (FakeAPIServer) async throws -> Void
) async throws {
    let server = FakeAPIServer()
    server.scale(pods)
    try await server.start()
    do { try await body(server) } catch {
        await server.stop()
        throw error
    }
    await server.stop()
}
