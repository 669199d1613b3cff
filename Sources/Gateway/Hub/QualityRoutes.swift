import Fleet
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Probe

/// `/api/quality`: the nodes' own reports, put together, and what is done about bad ones.
struct QualityRoutes: Sendable {
    let registry: InstanceRegistry
    let watch: NodeWatch
    let proxy: NodeProxy
    let figures: ViewerFigureSource
    let recovery: RecoveryRoutes

    func add(to routes: HTTPService.Routes) {
        routes.get("/api/quality/deep-health") { _, _ in
            var reports: [String: JSONValue] = [:]
            for instance in await registry.all() { reports[instance.id.rawValue] = await report(instance).json() }
            return Response.json(reports)
        }
        routes.get("/api/quality/deep-health/{id}") { _, context in
            Response.json(await report(try await proxy.instance(context)).json())
        }
        routes.get("/api/quality/metrics") { _, _ in
            let metrics = await metrics(of: registry.all())
            return Response.json(Dictionary(metrics.map { ($0.instanceId, $0) }) { first, _ in first })
        }
        routes.get("/api/quality/metrics/{id}") { _, context in
            Response.json(await metrics(of: try await proxy.instance(context)))
        }
        routes.get("/api/quality/summary") { _, _ in
            Response.json(QualitySummary(await metrics(of: registry.all())))
        }
        TrendRoutes(watch: watch, proxy: proxy).add(to: routes)
        recovery.add(to: routes)
    }

    private func report(_ instance: Instance) async -> NodeReport {
        NodeReport(instance: instance, state: await watch.state(of: instance.id))
    }

    private func metrics(of instance: Instance) async -> QualityMetrics {
        let report = await report(instance)
        // A node that does not report would only keep its asker waiting.
        let figures = report.state.isReporting ? await figures.figures(of: instance) : nil
        return QualityMetrics(report, figures: figures)
    }

    /// Of all, asked side by side.
    private func metrics(of instances: [Instance]) async -> [QualityMetrics] {
        await figures.keep(Set(instances.map(\.id)))
        return await withTaskGroup(of: (Int, QualityMetrics).self) { group in
            for (index, instance) in instances.enumerated() {
                group.addTask { (index, await metrics(of: instance)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}
