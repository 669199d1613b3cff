import Fleet
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import Probe

/// `/api/quality/recovery-status` and `POST /api/quality/recover/{id}`.
struct RecoveryRoutes: Sendable {
    /// The body of `POST /api/quality/recover/{id}`; all of it may be left out.
    struct Wish: Codable {
        var forceRecovery: Bool?
        var strategy: RecoveryStrategy?
    }

    /// The answer where the hub acts itself.
    struct Begun: Encodable {
        let recovery: RecoveryRecord
    }

    let registry: InstanceRegistry
    let watch: NodeWatch
    let proxy: NodeProxy
    let recovery: NodeRecovery
    let history: any EventHistory

    func add(to routes: HTTPService.Routes) {
        routes.get("/api/quality/recovery-status") { _, _ in Response.json(await statuses()) }
        routes.get("/api/quality/recovery-status/{id}") { _, context in
            Response.json(await status(of: try await proxy.instance(context)))
        }
        routes.post("/api/quality/recover/{id}") { request, context in
            let instance = try await proxy.instance(context)
            return try await recover(instance, try await Self.wish(request), request, context)
        }
    }

    private static func wish(_ request: Request) async throws -> Wish {
        guard request.headers[.contentType] != nil else {
            // Without a body nothing special is wished.
            guard try await request.wholeBody(limit: 4096).readableBytes == 0 else {
                throw APIError.unsupportedMediaType(expected: "application/json")
            }
            return Wish()
        }
        return try await request.json(Wish.self, limit: 4096)
    }

    private func recover(
        _ instance: Instance, _ wish: Wish, _ request: Request, _ context: LocoRequestContext
    ) async throws -> Response {
        let state = await watch.state(of: instance.id)
        context.logger.notice(
            "recovery wanted",
            metadata: [
                "instance": "\(instance.id)", "forced": "\(wish.forceRecovery == true)",
                "strategy": "\(wish.strategy?.rawValue ?? "any")", "reports": "\(state.isReporting)",
            ])
        // A node that reports mends its guest itself; only when it does not, or is to be replaced, the hub acts.
        if state.isReporting, wish.strategy != .node {
            var head = request.head
            head.headerFields[.contentType] = "application/json"
            return try await proxy.pass(
                Request(head: head, body: request.body),
                body: JSON.encode(Wish(forceRecovery: wish.forceRecovery ?? false, strategy: wish.strategy)),
                to: instance, path: "/recover")
        }
        if state.isReporting, wish.forceRecovery != true {
            throw APIError(
                .conflict, "not-needed",
                "the node of \(instance.id) reports: send {\"forceRecovery\":true} to start it again nevertheless")
        }
        let report = NodeReport(instance: instance, state: state).health
        let record = try await recovery.recover(report, force: wish.forceRecovery == true, of: instance.id)
        return Response.json(Begun(recovery: record), status: .accepted)
    }

    private func statuses() async -> [String: RecoveryStatus] {
        let instances = await registry.all()
        return await withTaskGroup(of: (String, RecoveryStatus).self) { group in
            for instance in instances { group.addTask { (instance.id.rawValue, await status(of: instance)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// A node's own status while it reports, otherwise that of its node; with the history that outlives both.
    private func status(of instance: Instance) async -> RecoveryStatus {
        let own = await recovery.status(of: instance.id)
        var status = own
        if !own.isRecovering, await watch.state(of: instance.id).isReporting, let told = await ask(instance) {
            status = told
        }
        var seen: Set<UUID> = []
        // What the nodes and the hub know now counts also while the file of the history cannot be read.
        let kept = (try? await history.recoveries(of: instance.id)) ?? []
        let known = status.history + own.history + kept
        status.history = Array(
            known.filter { seen.insert($0.id).inserted }.sorted { $0.startedAt > $1.startedAt }.prefix(50))
        return status
    }

    private func ask(_ instance: Instance) async -> RecoveryStatus? {
        guard
            let answer = try? await proxy.client.send(
                .GET, "/recovery", to: instance.address, limit: 1 << 20, deadline: .seconds(1)),
            answer.status == 200
        else { return nil }
        return try? JSON.decode(RecoveryStatus.self, from: Data(answer.body.readableBytesView))
    }
}
