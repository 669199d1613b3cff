import ArgumentParser
import Fleet
import Foundation

/// Makes the job that is a guest's node on an agent's host.
struct NodeJob: Sendable {
    /// The guest's numbers.
    static let numbers = 0...9999

    /// This program.
    let executable: String
    /// Where its nodes listen: the agent's own address.
    let host: String
    let runDirectory: String
    let stateDirectory: String
    /// What the agent's own configuration says of nodes.
    let environment: [String: String]

    /// Settings that whoever starts a node may not set: the seat is the agent's, and so are the host's folders.
    private static let reserved = [
        "hub.", "vr.", "active.", "tls.", "agent.", "node.", "runDirectory", "stateDirectory",
    ]

    /// Settings that nodes on other hosts share with whoever starts them.
    private static let shared = [
        "token", "controlToken", "viewToken", "ice.servers", "ice.turnSecret", "ice.turnTTL",
    ]

    /// What a node on another host has to be told: what must be the same there, as the tokens, and what is asked for by
    /// flags. Everything else is its host's own.
    static func shared(_ values: ResolvedConfiguration) -> [String: String] {
        var environment: [String: String] = [:]
        for key in ConfigurationTable.keys {
            guard let entry = values.entries[key.name], !isReserved(key) else { continue }
            if case .flag = entry.source {
                environment[key.environmentName] = entry.value.description
            } else if shared.contains(key.name), entry.source != .defaults {
                environment[key.environmentName] = entry.value.description
            }
        }
        return environment
    }

    private static func isReserved(_ key: ConfigurationKey) -> Bool {
        reserved.contains { $0.hasSuffix(".") ? key.name.hasPrefix($0) : key.name == $0 }
    }

    /// The job of a node.
    /// - Parameter settings: as variables, `LOCO_GUEST_DISK`; they win over the agent's own.
    /// - Throws: ``APIError`` 400 that names the setting, 409 for what the host lacks.
    func spec(_ node: StartRequest.Node, settings: [String: String]) async throws -> JobSpec {
        guard Self.numbers.contains(node.number) else {
            throw APIError.badRequest(
                "'node.number' must be from \(Self.numbers.lowerBound) to \(Self.numbers.upperBound)")
        }
        let port = node.port ?? 0
        guard (0...65535).contains(port) else { throw APIError.badRequest("'node.port' must be from 0 to 65535") }
        for name in settings.keys.sorted() {
            guard let key = ConfigurationTable.byEnvironmentName[name] else {
                throw APIError.badRequest(
                    "'environment.\(name.prefix(64))' is no setting of a node; 'loco config' lists them")
            }
            if Self.isReserved(key) {
                throw APIError.badRequest("'environment.\(name)' cannot be set for a node: the agent sets it")
            }
        }
        let settings = environment.merging(settings) { $1 }
        let instance = InstanceID(ordinal: node.number)
        try await check(settings)
        var whole = Preflight.mediaEnvironment.merging(settings) { $1 }
        whole["LOCO_RUN_DIRECTORY"] = runDirectory
        whole["LOCO_STATE_DIRECTORY"] = stateDirectory
        var spec = try JobSpec(
            id: instance.rawValue, executable: executable,
            arguments: [
                "node", "--node-id", instance.rawValue, "--node-number", "\(node.number)", "--node-host", host,
                "--node-port", "\(port)",
            ], environment: whole)
        spec.seat = .init(instance: instance, number: node.number)
        spec.isKeptUp = true
        // A node has children of its own to end in order.
        spec.grace = 12
        return spec
    }

    /// What would keep the node from starting is told to who wants it, and not by a job that fails again and again.
    private func check(_ settings: [String: String]) async throws {
        let configuration: LocoConfiguration
        do {
            configuration = LocoConfiguration(try ResolvedConfiguration(environment: settings))
            try configuration.requireTokenUnlessLoopback("agent.host", host)
        } catch let error as ConfigurationError {
            throw APIError(.badRequest, "bad-settings", "\(error)")
        }
        do {
            try await Preflight.check(configuration)
        } catch let error as ValidationError {
            throw APIError(.conflict, "cannot-start", error.message)
        } catch {
            throw APIError(.conflict, "cannot-start", "\(error)")
        }
    }
}
