import Fleet
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Probe

/// A node's health: the report, what happens, the services with their logs, and mending.
struct NodeHealthRoutes: Sendable {
    let watch: HealthWatch
    let services: NodeServices

    func add(to router: HTTPService.Routes) {
        router.get("/health") { [watch] _, _ -> Response in
            let report = await watch.report()
            // Whoever looks at the status alone, as Kubernetes does, sends nobody to a guest that is not up.
            let isUp = report.overallStatus != .unhealthy && !report.isStarting
            let status: HTTPResponse.Status = isUp ? .ok : .serviceUnavailable
            return Response(
                status: status, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
                body: .init(byteBuffer: ByteBuffer(bytes: try report.json())))
        }
        router.get("/events") { [watch] _, _ in Response.events(await watch.events()) }
        addRecovery(to: router)
        addServices(to: router)
    }

    private func addRecovery(to router: HTTPService.Routes) {
        router.get("/recovery") { [watch] _, _ in Response.json(await watch.recoveryStatus()) }
        router.post("/recover") { [watch, services] request, context -> Response in
            let wish = try await RecoveryWish.read(request)
            try await services.requireGuest()
            context.logger.notice(
                "recovery asked for",
                metadata: ["force": "\(wish.forceRecovery)", "strategy": "\(wish.strategy?.rawValue ?? "any")"])
            do {
                let record = try await watch.recover(force: wish.forceRecovery, strategy: wish.strategy)
                return Response.json(["recovery": record], status: .accepted)
            } catch let error as APIError {
                throw error
            } catch {
                throw RecoveryWish.refusal(error)
            }
        }
    }

    private func addServices(to router: HTTPService.Routes) {
        router.get("/services") { [watch] _, _ in Response.json(["services": await watch.currentServices()]) }
        router.get("/services/{name}/health") { [watch, services] _, context -> Response in
            let name = try context.parameters.require("name")
            guard let status = await watch.currentServices().first(where: { $0.name == name }) else {
                throw services.unknown(name)
            }
            return Response.json(status, status: status.state == .running ? .ok : .serviceUnavailable)
        }
        router.post("/services/{name}/restart") { [services] _, context -> Response in
            let name = try context.parameters.require("name")
            let status = try await services.restart(name)
            context.logger.notice("service restarts because somebody asked", metadata: ["service": "\(name)"])
            return Response.json(["service": status], status: .accepted)
        }
        router.get("/logs") { [services] request, _ -> Response in
            let query = RequestTarget(request.head.path ?? "").query
            let name = query["service"] ?? NodeServices.node
            guard let count = Int(query["tail"] ?? "100"), (1...LogTail.limit).contains(count) else {
                throw APIError.badRequest("'tail' must be a whole number from 1 to \(LogTail.limit)")
            }
            return Response.json(ServiceLog(service: name, lines: try await services.log(name, count: count)))
        }
    }
}

/// The newest lines of a service's log.
struct ServiceLog: Codable, Equatable {
    let service: String
    /// Oldest first.
    let lines: [String]
}
