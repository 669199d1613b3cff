import Foundation
import HTTPTypes
import Hummingbird

/// `/health`, `/ready`, `/version`, `/api/status` and `/api/config/webrtc`.
struct StatusRoutes: Sendable {
    /// The body of `GET /api/status`.
    struct Status: Encodable {
        struct Instances: Encodable {
            let total: Int
            let ready: Int
            let byStatus: [String: Int]
        }

        struct Sockets: Encodable {
            let open: Int
            let opened: Int
            let refused: Int
            let rateLimited: Int
            let closed: [String: Int]
        }

        let version: String
        /// What the asker may do.
        let access: AccessScope
        let uptimeSeconds: Int
        let instances: Instances
        let webSockets: Sockets
        let signaling: SignalRelay.Counts
    }

    let registry: InstanceRegistry
    let instances: InstanceRoutes
    let relay: SignalRelay
    let ice: LocoConfiguration.ICE
    let started = ContinuousClock.now

    /// - Parameter sockets: the service's WebSocket counts, asked at each request.
    func add(to routes: HTTPService.Routes, sockets: WebSocketStatistics) {
        routes.get("/health") { _, _ in Response.json(["status": "healthy"]) }
        routes.get("/ready") { _, _ in
            let loaded = await registry.isLoaded
            return Response.json(
                ["ready": loaded], status: loaded ? .ok : .serviceUnavailable)
        }
        routes.get("/version") { _, _ in Response.json(BuildVersion.View(role: "hub")) }
        routes.get("/api/config/webrtc") { _, _ in
            var answer = Response.json(ViewerConnection(ice, at: Date()))
            // It may hold credentials.
            answer.headers[.cacheControl] = "no-store"
            return answer
        }
        routes.get("/api/status") { _, context in Response.json(await status(sockets.counts, for: context.scope)) }
    }

    private func status(_ sockets: WebSocketStatistics.Counts, for access: AccessScope) async -> Status {
        let views = await instances.views()
        let byStatus = Dictionary(grouping: views, by: \.status.rawValue).mapValues(\.count)
        return Status(
            version: BuildVersion.number, access: access,
            uptimeSeconds: Int((ContinuousClock.now - started) / .seconds(1)),
            instances: .init(total: views.count, ready: views.count { $0.status.isWatchable }, byStatus: byStatus),
            webSockets: .init(
                open: sockets.open, opened: sockets.opened, refused: sockets.refused, rateLimited: sockets.rateLimited,
                closed: sockets.closed),
            signaling: relay.counts)
    }
}
