import Foundation
import Yams

/// The hosts of a fleet without Kubernetes, from `inventory.yml`: `token`, and `clients` with `name`, `host`, `port`.
struct Inventory: Sendable, Equatable {
    /// A host with its agent.
    struct Host: Sendable, Equatable, Hashable {
        /// What people call it.
        var name: String
        /// Its address, or a name that resolves to it.
        var host: String
        /// Its agent's port.
        var port: Int

        /// The base address of a service of the host.
        func url(port: Int) -> String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }
    }

    /// Most hosts.
    static let maxHosts = 256
    /// Where agents listen.
    static let defaultPort = 8081

    /// What their agents want to hear; nil where the file has none.
    var token: String?
    /// In the file's order.
    var hosts: [Host]
    /// What is wrong with the file and keeps nobody from using it.
    var warnings: [String] = []

    /// This machine's own agent alone.
    static func thisMachine(_ configuration: LocoConfiguration) -> Inventory {
        let host = configuration.agent.host
        let reachable = ["0.0.0.0", "::", "[::]"].contains(host) ? "127.0.0.1" : host
        return Inventory(
            token: configuration.agent.token,
            hosts: [Host(name: "local", host: reachable, port: configuration.agent.port)])
    }

    /// Reads a file.
    /// - Throws: ``InventoryError`` with file and line.
    static func read(_ path: String) throws(InventoryError) -> Inventory {
        let data: Data
        do { data = try Data(contentsOf: URL(filePath: path)) } catch {
            let missing = !FileManager.default.fileExists(atPath: path)
            throw .unreadable(path: path, reason: missing ? "there is no such file" : "\(error)")
        }
        guard data.count <= 1 << 20 else { throw .unreadable(path: path, reason: "it is larger than 1 MiB") }
        var inventory = try parse(String(decoding: data, as: UTF8.self), path: path)
        var info = stat()
        if inventory.token != nil, stat(path, &info) == 0, info.st_mode & 0o004 != 0 {
            inventory.warnings.append("\(path) holds a token and every user of this machine can read it: chmod 600 it")
        }
        return inventory
    }

    /// Reads the text of a file.
    static func parse(_ text: String, path: String) throws(InventoryError) -> Inventory {
        let root: Yams.Node?
        do { root = try compose(yaml: text) } catch {
            throw .notYAML(path: path, reason: "\(error)".split(separator: "\n").first.map(String.init) ?? "\(error)")
        }
        let reader = InventoryReader(path: path)
        guard let root, let fields = root.mapping else {
            throw .badValue(path: path, line: 1, key: "the file", reason: "it must hold 'token' and 'clients'")
        }
        try reader.check(fields, known: ["token", "clients"], of: "the file")
        var inventory = Inventory(token: nil, hosts: [])
        if let token = fields["token"] {
            guard let text = token.string,
                case .text(let accepted)? = ConfigurationKind.secret.accept(.text(text)), !accepted.isEmpty
            else { throw reader.bad(token, "token", "it must have 12 to 256 visible ASCII characters") }
            inventory.token = accepted
        }
        guard let clients = fields["clients"]?.sequence else {
            throw reader.bad(fields["clients"] ?? root, "clients", "it must be a list of hosts")
        }
        guard clients.count <= maxHosts else {
            throw reader.bad(root, "clients", "\(clients.count) hosts are more than the \(maxHosts) that are taken")
        }
        for client in clients {
            let host = try reader.host(client)
            if inventory.hosts.contains(where: { $0.name == host.name }) {
                throw reader.bad(client, "name", "'\(host.name)' is there a second time")
            }
            if inventory.hosts.contains(where: { ($0.host, $0.port) == (host.host, host.port) }) {
                throw reader.bad(client, "host", "\(host.host) port \(host.port) is there a second time")
            }
            inventory.hosts.append(host)
        }
        return inventory
    }

    /// The hosts of these names, all where none are named.
    /// - Throws: ``InventoryError/unknownClient(name:known:)``.
    func select(_ names: [String]) throws(InventoryError) -> [Host] {
        guard !names.isEmpty else { return hosts }
        var selected: [Host] = []
        for name in names {
            guard let host = hosts.first(where: { $0.name == name }) else {
                throw .unknownClient(name: name, known: hosts.map(\.name))
            }
            if !selected.contains(host) { selected.append(host) }
        }
        return selected
    }
}
