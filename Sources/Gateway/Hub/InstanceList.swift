import Foundation

/// The instances of an `instances.json`, read again at every look: a list of
/// `{id, streamUrl, vncUrl, healthUrl, name, description, provisioned}`, comments allowed. The node's address is
/// `nodeUrl`, or what `healthUrl` says up to its path.
struct InstanceList: InstanceProvider {
    /// What is wrong with the file.
    struct Malformed: Error, CustomStringConvertible {
        let path: String
        let reason: String
        var description: String { "\(path): \(reason)" }
    }

    private struct Entry: Decodable {
        let id: String
        let nodeUrl: String?
        let healthUrl: String?
        let name: String?
        let description: String?
        let provisioned: Bool?
    }

    let kind = "static"
    let path: String

    func instances() async throws -> [HubInstance] {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw Malformed(path: path, reason: "cannot be read; set hub.instancesFile to a list of instances")
        }
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        let entries: [Entry]
        do {
            entries = try decoder.decode([Entry].self, from: data)
        } catch let error as DecodingError {
            throw Malformed(path: path, reason: JSON.describe(error).replacing("the body", with: "it"))
        }
        if let twice = Dictionary(grouping: entries, by: \.id).first(where: { $1.count > 1 })?.key {
            throw Malformed(path: path, reason: "'\(twice)' is listed twice")
        }
        return try entries.map { entry in
            let url = try Self.nodeURL(entry.nodeUrl ?? entry.healthUrl, of: entry.id, path: path)
            return HubInstance(
                id: entry.id, name: entry.name ?? entry.id, description: entry.description ?? "", nodeURL: url,
                provisioned: entry.provisioned ?? true, discoveredAt: Date())
        }
    }

    private static func nodeURL(_ text: String?, of id: String, path: String) throws -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard let url = URLComponents(string: text), url.scheme == "http", let host = url.host, !host.isEmpty else {
            throw Malformed(path: path, reason: "'\(id)' has no usable address: '\(text)' is not http://host:port")
        }
        return "http://\(host)" + (url.port.map { ":\($0)" } ?? "")
    }
}
