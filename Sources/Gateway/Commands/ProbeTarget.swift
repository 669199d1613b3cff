import ArgumentParser
import Fleet
import Foundation
import NIOCore

/// Which node `loco probe` asks.
struct ProbeTarget: ParsableArguments {
    @OptionGroup var options: SettingOptions

    @Option(help: "The instance; needed where several nodes run on this machine.")
    var instance: String?

    @Option(help: "The node's address, as http://127.0.0.1:3100; found through the run directory unless given.")
    var url: String?

    /// The node, and the client to ask it with.
    ///
    /// - Throws: `ProbeError.noNode`, `ConfigurationError`.
    func find() throws -> ProbedNode {
        let configuration = LocoConfiguration(try options.load())
        return ProbedNode(address: try locate(configuration), client: NodeClient(token: configuration.token))
    }

    /// Where the node is now.
    ///
    /// - Throws: `ProbeError.noNode`.
    func locate(_ configuration: LocoConfiguration) throws -> NodeAddress {
        if let url { return try Self.address(url) }
        let path = configuration.runDirectory ?? RunDirectory.defaultPath()
        // Looked at before it is opened: opening makes the folder.
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        guard !names.isEmpty else { throw ProbeError.noNode("no node runs here: there is nothing in \(path)") }
        let run = try RunDirectory(path: path)
        let living = names.compactMap { name -> NodeRecord? in
            guard let id = InstanceID(name), instance.map({ $0 == name }) ?? true,
                FileManager.default.fileExists(atPath: "\(path)/\(name)/node.json"),
                let directory = try? run.instance(id)
            else { return nil }
            return (try? NodeRecord.living(in: directory)) ?? nil
        }
        guard let record = living.first else {
            throw ProbeError.noNode("no node of \(instance ?? "any instance") runs by the records in \(path)")
        }
        guard living.count == 1 else {
            let ids = living.map(\.instanceId).joined(separator: ", ")
            throw ProbeError.noNode("several nodes run here; say which by --instance: \(ids)")
        }
        return try Self.address(record.url)
    }

    private static func address(_ url: String) throws -> NodeAddress {
        guard let components = URLComponents(string: url), ["http", "https"].contains(components.scheme),
            components.host?.isEmpty == false
        else { throw ProbeError.noNode("--url: '\(url)' is no address such as http://127.0.0.1:3100") }
        return NodeAddress(url)
    }
}

/// Why there is nothing to probe.
enum ProbeError: Error, Equatable, CustomStringConvertible {
    case noNode(String)

    /// The exit status for it; 1 is a node that is not well.
    static let status: Int32 = 2

    var description: String {
        switch self {
        case .noNode(let message): message
        }
    }
}
