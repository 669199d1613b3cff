import Fleet
import Logging

extension InstanceDiscovery {
    /// The pods of a cluster.
    /// - Parameter file: an instances file that is used for as long as the cluster has never been seen.
    static func kubernetes(
        _ cluster: KubernetesCluster, file: String? = nil, limits: KubernetesSource.Limits = .init(),
        requests: KubernetesClient.Limits = .init(), logger: Logger
    ) -> InstanceDiscovery {
        let client = KubernetesClient(cluster, limits: requests)
        let source = KubernetesSource(client, limits: limits, logger: logger)
        let nodes = KubernetesNodes(source: source, client: client)
        // The kubelet acts first: a liveness probe that fails has the container started again.
        let owner = NodeOwner(
            checks: 30, needsWitness: true, obstacle: { await source.deletionObstacle },
            restart: { try await nodes.restart($0) })
        var discovery: InstanceDiscovery
        if let file {
            let both = FallbackSource(source, file: StaticInstanceSource(path: file, logger: logger))
            discovery = InstanceDiscovery(
                kind: "kubernetes", source: both, owner: owner, refresh: { try await both.refresh() },
                start: { try await both.start() }, stop: { await both.stop() })
            discovery.report = { report(cluster, await source.standing, isFallback: await both.isFallback) }
        } else {
            discovery = InstanceDiscovery(
                kind: "kubernetes", source: source, owner: owner, refresh: { try await source.refresh() },
                start: { await source.start() }, stop: { await source.stop() })
            discovery.report = { report(cluster, await source.standing, isFallback: false) }
        }
        discovery.shares = { set, settings in
            PodShares(set: set, source: source, nodes: nodes, share: settings.cpuShare, logger: logger)
        }
        discovery.scale = { try await nodes.scale($0) }
        return discovery
    }

    private static func report(
        _ cluster: KubernetesCluster, _ standing: KubernetesSource.Standing, isFallback: Bool
    ) -> DiscoveryReport {
        var report = DiscoveryReport()
        report.kind = isFallback ? "static" : nil
        report.namespace = cluster.namespace
        report.services = standing.services
        report.lastDiscovery = standing.lastContact
        report.isStale = standing.isStale
        report.isFallback = isFallback
        report.lastError = standing.lastError
        return report
    }
}
