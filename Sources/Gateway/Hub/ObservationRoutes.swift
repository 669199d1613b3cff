import Fleet
import HTTPTypes
import Hummingbird
import NIOCore
import Probe

/// `/events` and `/metrics` of the hub.
struct ObservationRoutes: Sendable {
    let registry: InstanceRegistry
    let watch: NodeWatch
    let feed: EventFeed
    let recovery: NodeRecovery
    let relay: SignalRelay
    let active: ActiveSet

    /// - Parameters:
    ///   - sockets: the service's WebSocket counts, asked at each request.
    ///   - requests: the service's request counts, likewise.
    func add(to routes: HTTPService.Routes, sockets: WebSocketStatistics, requests: HTTPStatistics) {
        routes.get("/events") { _, _ in Response.events(try await feed.subscribe()) }
        routes.get("/metrics") { _, _ in
            let page = await metrics(sockets, requests).text
            return Response(
                status: .ok, headers: [.contentType: PrometheusText.contentType, .cacheControl: "no-store"],
                body: .init(byteBuffer: ByteBuffer(string: page)))
        }
    }

    private func metrics(_ sockets: WebSocketStatistics, _ requests: HTTPStatistics) async -> HubMetrics {
        var instances: [(instance: Instance, state: NodeState)] = []
        for instance in await registry.all() { instances.append((instance, await watch.state(of: instance.id))) }
        return HubMetrics(
            instances: instances, discovery: await registry.discovery().report, events: await feed.counts,
            signaling: relay.counts, said: relay.tally,
            signalSessions: relay.sessionTimes, sockets: sockets.counts,
            requests: requests.counts, recoveries: await recovery.outcomes, crashes: await feed.nodeCrashes,
            active: await active.ids,
            process: .now())
    }
}
