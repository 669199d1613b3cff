import Fleet
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// `/services` and `/logs`: the supervised processes behind the instances.
struct ServiceRoutes: Sendable {
    /// The body of `GET /services`.
    struct List: Encodable {
        let services: [ServiceView]
    }

    /// The body of `GET /services/{name}/crashes`.
    struct Crashes: Encodable {
        let service: String
        /// The newest first.
        let crashes: [CrashRecord]
    }

    /// The body of `GET /logs`.
    struct Log: Codable {
        var service: String
        var lines: [String]
    }

    /// Lines that may be asked for.
    static let tail = 1...2000
    /// Crashes that may be asked for.
    static let limit = 1...1000

    let registry: InstanceRegistry
    let watch: NodeWatch
    let feed: EventFeed
    let proxy: NodeProxy
    let recovery: NodeRecovery
    let owner: NodeOwner?
    let log: HubLog
    let history: any EventHistory

    func add(to routes: HTTPService.Routes) {
        routes.get("/services") { _, _ in
            var all: [ServiceView] = []
            for instance in await registry.all() { all += await services(of: instance) }
            return Response.json(List(services: all))
        }
        for path in ["/services/{name}", "/services/{name}/{part}"] {
            routes.get(RouterPath(path + "/health")) { _, context in
                let service = try await find(try Self.name(context))
                let isUp = service.status.state == .running
                return Response.json(service, status: isUp ? .ok : .serviceUnavailable)
            }
            routes.get(RouterPath(path + "/crashes")) { request, context in
                try await crashes(try Self.name(context), request)
            }
            routes.post(RouterPath(path + "/restart")) { request, context in
                try await restart(try Self.name(context), request, context)
            }
        }
        routes.get("/logs") { request, _ in try await logs(request) }
    }

    private static func name(_ context: LocoRequestContext) throws -> ServiceName {
        let parts = [context.parameters.get("name"), context.parameters.get("part")].compactMap(\.self)
        return try name(parts.joined(separator: "/"))
    }

    private static func name(_ text: String) throws -> ServiceName {
        guard let name = ServiceName(text) else { throw unknown(text) }
        return name
    }

    private static func unknown(_ name: some CustomStringConvertible) -> APIError {
        APIError(
            .notFound, "unknown-service",
            "there is no service '\(name.description.prefix(100))'; GET /services lists them")
    }

    private func instance(_ id: InstanceID, for name: ServiceName) async throws -> Instance {
        guard let instance = await registry.find(id.rawValue) else { throw Self.unknown(name) }
        return instance
    }

    /// The node, as far as its process is known here, and what it told of its own.
    private func services(of instance: Instance) async -> [ServiceView] {
        let told = await feed.snapshot.services(of: instance.id).filter { $0.name != instance.id.rawValue }
        return ([await node(instance)].compactMap(\.self) + told).map { .init(instance: instance.id, status: $0) }
    }

    /// A node's process; nil when it is somebody else's and its host does not answer.
    private func node(_ instance: Instance) async -> ServiceStatus? {
        if let own = await owner?.services().first(where: { $0.name == instance.id.rawValue }) { return own }
        let state = await watch.state(of: instance.id)
        var status = ServiceStatus(name: instance.id.rawValue)
        if state.isReporting {
            status.state = .running
        } else if state.failure != .refused {
            return nil
        }
        return status
    }

    private func find(_ name: ServiceName) async throws -> ServiceView {
        let id: InstanceID
        switch name {
        case .hub: throw Self.unknown(name)
        case .node(let instance), .part(let instance, _): id = instance
        }
        let services = await services(of: try await instance(id, for: name))
        guard let found = services.first(where: { $0.status.name == name.description }) else {
            throw Self.unknown(name)
        }
        return found
    }

    private func crashes(_ name: ServiceName, _ request: Request) async throws -> Response {
        let limit = try Self.count(RequestTarget(request.head.path ?? "").query["limit"], "limit", in: Self.limit)
        let (id, service): (InstanceID, String)
        switch name {
        case .hub: throw Self.unknown(name)
        case .node(let instance): (id, service) = (instance, instance.rawValue)
        case .part(let instance, let part): (id, service) = (instance, part)
        }
        // Also of an instance that is gone: that is what a history is for.
        let found = try await history.crashes(of: id, service: service, limit: limit)
        return Response.json(Crashes(service: name.description, crashes: found))
    }

    private func restart(
        _ name: ServiceName, _ request: Request, _ context: LocoRequestContext
    ) async throws -> Response {
        context.logger.notice("restart wanted", metadata: ["service": "\(name)"])
        switch name {
        case .hub:
            throw APIError(
                .conflict, "not-restartable", "the hub does not restart itself: whoever started it does that")
        case .node(let id):
            _ = try await instance(id, for: name)
            try await recovery.restartNode(id)
            return Response.json(["service": name.description, "state": "restarting"], status: .accepted)
        case .part(let id, let part):
            return try await proxy.pass(
                request, to: try await instance(id, for: name), path: "/services/\(part)/restart")
        }
    }

    private func logs(_ request: Request) async throws -> Response {
        let query = RequestTarget(request.head.path ?? "").query
        let tail = try Self.count(query["tail"], "tail", in: Self.tail)
        guard let text = query["service"], !text.isEmpty else {
            throw APIError.badRequest("'service' is missing: hub, or a name that GET /services lists")
        }
        let name = try Self.name(text)
        switch name {
        case .hub: return Response.json(Log(service: "hub", lines: log.lines(tail)))
        case .node(let id):
            let instance = try await instance(id, for: name)
            // Of a node that is down only its owner still has the log.
            if let lines = await owner?.log(id) {
                return Response.json(Log(service: name.description, lines: lines.suffix(tail)))
            }
            return try await passLog("node", tail, name, instance, request)
        case .part(let id, let part):
            return try await passLog(part, tail, name, try await instance(id, for: name), request)
        }
    }

    private static func count(_ text: String?, _ name: String, in range: ClosedRange<Int>) throws -> Int {
        guard let text else { return min(100, range.upperBound) }
        guard let count = Int(text), range.contains(count) else {
            throw APIError.badRequest(
                "'\(name)' must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return count
    }

    private func passLog(
        _ service: String, _ tail: Int, _ name: ServiceName, _ instance: Instance, _ request: Request
    ) async throws -> Response {
        let answer = try await proxy.ask(
            request, of: instance, path: "/logs?service=\(service)&tail=\(tail)", limit: 4 << 20)
        guard answer.status != 404 else { throw Self.unknown(name) }
        // Under the name that was asked for.
        guard answer.status == 200, var log = try? JSON.decode(Log.self, from: Data(answer.body.readableBytesView))
        else {
            throw APIError(
                .badGateway, "node-unavailable", "the node of \(instance.id) answers \(answer.status) without a log")
        }
        log.service = name.description
        return Response.json(log)
    }
}
