import Fleet
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Pipelines
import Probe
import Signaling

/// `/api/instances` and what is below it.
struct InstanceRoutes: Sendable {
    let registry: InstanceRegistry
    let watch: NodeWatch
    let proxy: NodeProxy

    /// The body of `POST /api/instances/refresh`.
    struct Refreshed: Encodable {
        let message: String
        let instanceCount: Int
        let instances: [InstanceView]
    }

    /// The body of `GET /api/instances/discovery-info`.
    struct DiscoveryInfo: Encodable {
        struct Kubernetes: Encodable {
            @ExplicitNull var namespace: String?
            let services: [String]
            let discoveryEnabled: Bool
            @ExplicitNull var lastDiscovery: Date?
            let cachedInstancesCount: Int
        }

        let kubernetesDiscovery: Kubernetes
        let usingAutoDiscovery: Bool
        let fallbackToStatic: Bool
        let source: String
        /// The instances are the last known ones: what tells of them is away.
        let stale: Bool
        @ExplicitNull var lastError: String?
    }

    /// The body of `POST /api/instances/scale`.
    struct ScaleWish: Codable {
        var replicas: Int
    }

    /// The body of its answer.
    struct Scaled: Codable {
        var from: Int
        var to: Int
    }

    func add(to routes: HTTPService.Routes) {
        routes.post("/api/instances/scale") { request, context in
            let wish = try await request.json(ScaleWish.self)
            guard ScaleError.range.contains(wish.replicas) else {
                throw APIError.badRequest("'replicas': \(ScaleError.outOfRange(wish.replicas))")
            }
            context.logger.notice("scaling", metadata: ["replicas": "\(wish.replicas)"])
            do {
                let (from, to) = try await registry.scale(to: wish.replicas)
                return Response.json(Scaled(from: from, to: to))
            } catch let error as APIError {
                throw error
            } catch {
                throw APIError(.badGateway, "not-scaled", "\(error)")
            }
        }
        routes.get("/api/instances") { _, _ in
            // "None" would be a wrong answer: a page would end the streams of all.
            guard await registry.isLoaded else {
                let problem = await registry.discovery().lastError.map { ": \($0)" } ?? ""
                throw APIError(
                    .serviceUnavailable, "starting", "the hub has not found its instances yet\(problem)",
                    headers: [.retryAfter: "1"])
            }
            return Response.json(await views())
        }
        routes.get("/api/instances/discovery-info") { _, _ in Response.json(await discoveryInfo()) }
        routes.post("/api/instances/refresh") { _, _ in try await refresh() }
        routes.get("/api/instances/{id}") { _, context in
            Response.json(await view(try await proxy.instance(context)))
        }
        routes.get("/api/instances/{id}/health") { request, context in
            try await proxy.pass(request, to: try await proxy.instance(context), path: "/health")
        }
        routes.get("/api/instances/{id}/metrics") { request, context in
            try await proxy.pass(request, to: try await proxy.instance(context), path: "/metrics")
        }
        routes.get("/api/instances/{id}/snapshot.jpg") { request, context in
            try await proxy.pass(
                request, to: try await proxy.instance(context), path: "/snapshot.jpg", limit: 16 << 20)
        }
        routes.post("/api/instances/{id}/input") { request, context in
            let instance = try await proxy.instance(context)
            let body = try await request.body(contentType: "application/json", limit: 64 * 1024)
            return try await proxy.pass(request, body: body, to: instance, path: "/input")
        }
        addWHEP(to: routes)
    }

    private func addWHEP(to routes: HTTPService.Routes) {
        routes.post("/api/instances/{id}/whep") { request, context in
            var instance = try await proxy.instance(context)
            if TestFault.swapGuest.strikes, let other = await registry.all().first(where: { $0.id != instance.id }) {
                instance = other
            }
            let offer = try await request.body(contentType: "application/sdp", limit: NodeProxy.maxDescription)
            // Gathering candidates and negotiating take their time on a busy host.
            return try await proxy.pass(
                request, body: offer, to: instance, path: try Self.whepPath(request), scope: context.scope,
                deadline: .seconds(10))
        }
        routes.on("/api/instances/{id}/whep", method: .options) { _, context in
            _ = try await proxy.instance(context)
            return Response(
                status: .noContent,
                headers: [.allow: "POST, OPTIONS", HTTPField.Name("Accept-Post")!: "application/sdp"])
        }
        routes.patch("/api/instances/{id}/whep/{session}") { request, context in
            let instance = try await proxy.instance(context)
            let session = try NodeProxy.part(context.parameters.get("session"))
            let body = try await request.body(
                contentType: "application/trickle-ice-sdpfrag", limit: NodeProxy.maxDescription)
            return try await proxy.pass(request, body: body, to: instance, path: "/whep/\(session)")
        }
        for method in [HTTPRequest.Method.delete, .options] {
            routes.on("/api/instances/{id}/whep/{session}", method: method) { request, context in
                let instance = try await proxy.instance(context)
                let session = try NodeProxy.part(context.parameters.get("session"))
                return try await proxy.pass(request, to: instance, path: "/whep/\(session)")
            }
        }
    }

    /// A node's path for an offer: of the query only the rendition and the access are passed on.
    private static func whepPath(_ request: Request) throws -> String {
        let query = RequestTarget(request.head.path ?? "").query
        var wishes: [String] = []
        if let name = query["rendition"] {
            guard Rendition.isName(name) else {
                throw APIError(
                    .badRequest, "unknown-rendition",
                    "no rendition can be called '\(name.prefix(40))': a name has 1 to 32 of a-z, 0-9 and '-', as full or"
                        + " tile")
            }
            wishes.append("rendition=\(name)")
        }
        if let access = try WHEPRoutes.access(query) { wishes.append("access=\(access.rawValue)") }
        return "/whep" + (wishes.isEmpty ? "" : "?" + wishes.joined(separator: "&"))
    }

    /// All instances as clients see them.
    func views() async -> [InstanceView] {
        var views: [InstanceView] = []
        for instance in await registry.all() { views.append(await view(instance)) }
        return views
    }

    private func view(_ instance: Instance) async -> InstanceView {
        InstanceView(instance: instance, state: await watch.state(of: instance.id))
    }

    private func refresh() async throws -> Response {
        do {
            try await registry.refresh()
        } catch {
            throw APIError(.badGateway, "discovery-failed", "cannot find instances: \(error)")
        }
        let views = await views()
        return Response.json(
            Refreshed(message: "\(views.count) instances", instanceCount: views.count, instances: views))
    }

    private func discoveryInfo() async -> DiscoveryInfo {
        let discovery = await registry.discovery()
        return DiscoveryInfo(
            kubernetesDiscovery: .init(
                namespace: .init(wrappedValue: discovery.report.namespace), services: discovery.report.services,
                discoveryEnabled: discovery.isKubernetes, lastDiscovery: .init(wrappedValue: discovery.lastDiscovery),
                cachedInstancesCount: discovery.count),
            usingAutoDiscovery: discovery.kind != "static", fallbackToStatic: discovery.kind == "static",
            source: discovery.kind, stale: discovery.report.isStale,
            lastError: .init(wrappedValue: discovery.lastError))
    }
}
