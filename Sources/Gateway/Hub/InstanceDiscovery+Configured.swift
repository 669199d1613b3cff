import Fleet
import Foundation
import Logging

extension InstanceDiscovery {
    /// How a hub finds its instances, as it is configured: `hub.discovery`.
    /// - Parameters:
    ///   - values: the same before they were read, for nodes that agents start.
    ///   - environment: of this process; Kubernetes tells a pod by it where its API is.
    /// - Throws: ``ConfigurationError``, or `KubernetesError.badSettings`.
    static func configured(
        _ configuration: LocoConfiguration, _ values: ResolvedConfiguration,
        environment: [String: String] = ProcessInfo.processInfo.environment, logger: Logger
    ) throws -> InstanceDiscovery {
        let file = configuration.hub.instancesFile
        switch kind(of: configuration, environment: environment) {
        case .kubernetes:
            let cluster = Result { () throws(KubernetesError) in
                try KubernetesCluster(configuration.kubernetes, environment: environment)
            }
            if case .failure(let error) = cluster, let file, configuration.kubernetes.api.isEmpty {
                // No cluster and none named: only the file is left.
                return .file(file, insteadOf: error, logger: logger)
            }
            return .kubernetes(try cluster.get(), file: file, logger: logger)
        case .agents:
            guard let path = configuration.hub.inventory else {
                throw ConfigurationError.missing(name: "hub.inventory", for: "hub.discovery agents")
            }
            return .agents(try AgentSource.open(path, values, logger: logger))
        case .static:
            guard let file else {
                throw ConfigurationError.missing(name: "hub.instancesFile", for: "hub.discovery static")
            }
            return .file(file, logger: logger)
        case .local, .auto:
            return .runDirectory(try RunDirectory(path: configuration.runDirectory ?? RunDirectory.defaultPath()))
        }
    }

    /// What `auto` means here.
    static func kind(of configuration: LocoConfiguration, environment: [String: String]) -> DiscoveryKind {
        guard configuration.hub.discovery == .auto else { return configuration.hub.discovery }
        if KubernetesCluster.isInside(environment, tokenFile: configuration.kubernetes.tokenFile) { return .kubernetes }
        if configuration.hub.inventory != nil { return .agents }
        return configuration.hub.instancesFile == nil ? .local : .static
    }

    /// The instances of a file, because there is no cluster.
    private static func file(_ path: String, insteadOf error: KubernetesError, logger: Logger) -> InstanceDiscovery {
        logger.warning("using \(path): \(error)")
        var discovery = InstanceDiscovery.file(path, logger: logger)
        discovery.report = {
            var report = DiscoveryReport()
            report.isFallback = true
            report.lastError = "\(error)"
            return report
        }
        return discovery
    }
}
