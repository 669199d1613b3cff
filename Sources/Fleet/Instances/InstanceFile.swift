import Foundation

/// Reads `instances.json`: a list of `{id, streamUrl, vncUrl, healthUrl, name, description, provisioned, ready?,
/// status?}`, with `//` comments.
public enum InstanceFile {
    /// The keys an entry may have; `id` it must have, and `streamUrl` or, where there is no node, `vncUrl`.
    public static let keys = [
        "id", "streamUrl", "vncUrl", "healthUrl", "name", "description", "provisioned", "ready", "status",
    ]

    /// Reads a file.
    ///
    /// - Throws: `InstanceFileError` with file, entry and key.
    public static func read(_ path: String) throws -> [Instance] {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw InstanceFileError.unreadable(path: path, reason: error.localizedDescription)
        }
        return try parse(data, path: path, discoveredAt: Date())
    }

    static func parse(_ data: Data, path: String, discoveredAt: Date) throws -> [Instance] {
        let value: QMPValue
        do {
            value = try JSONDecoder().decode(QMPValue.self, from: Data(JSONComments.blank(Array(data))))
        } catch DecodingError.dataCorrupted(let context) {
            let detail = (context.underlyingError as NSError?)?.userInfo["NSDebugDescription"] as? String
            throw InstanceFileError.notJSON(path: path, reason: detail ?? context.debugDescription)
        } catch {
            throw InstanceFileError.notJSON(path: path, reason: "\(error)")
        }
        guard case .array(let entries) = value else { throw InstanceFileError.notAList(path: path) }
        var seen: Set<InstanceID> = []
        return try entries.enumerated().map { index, entry in
            guard case .object(let members) = entry else { throw InstanceFileError.notAList(path: path) }
            let instance = try Entry(path: path, index: index, members: members).instance(discoveredAt: discoveredAt)
            guard seen.insert(instance.id).inserted else {
                throw InstanceFileError.duplicate(path: path, index: index, id: "\(instance.id)")
            }
            return instance
        }
    }

    /// One entry with its place, for errors that say where.
    private struct Entry {
        let path: String
        let index: Int
        let members: [String: QMPValue]

        func instance(discoveredAt: Date) throws -> Instance {
            if let unknown = members.keys.sorted().first(where: { !InstanceFile.keys.contains($0) }) {
                throw InstanceFileError.unknownKey(
                    path: path, index: index, key: unknown, known: InstanceFile.keys)
            }
            guard let text = try string("id") else { throw bad("id", "it is missing") }
            guard let id = InstanceID(text) else { throw bad("id", "\"\(text)\" is not [a-z0-9][a-z0-9-]{0,62}") }
            let (streamUrl, vncUrl) = (try url("streamUrl"), try vncUrl())
            guard streamUrl != nil || vncUrl != nil else { throw bad("streamUrl", "it is missing") }
            let ready = try bool("ready")
            var instance = Instance(
                id: id, name: try string("name") ?? id.description, description: try string("description") ?? "",
                status: try status() ?? (ready == true ? .ready : .unknown), discoveredAt: discoveredAt)
            instance.streamUrl = streamUrl
            instance.vncUrl = vncUrl
            instance.healthUrl = try url("healthUrl")
            instance.provisioned = try bool("provisioned") ?? true
            instance.ready = ready ?? (instance.status == .ready)
            return instance
        }

        private func bad(_ key: String, _ reason: String) -> InstanceFileError {
            .badValue(path: path, index: index, key: key, reason: reason)
        }

        private func string(_ key: String) throws -> String? {
            switch members[key] {
            case nil, .null: return nil
            case .string(let text): return text
            default: throw bad(key, "it must be text")
            }
        }

        private func bool(_ key: String) throws -> Bool? {
            switch members[key] {
            case nil, .null: return nil
            case .bool(let value): return value
            default: throw bad(key, "it must be true or false")
            }
        }

        private func url(_ key: String) throws -> String? {
            guard let text = try string(key) else { return nil }
            guard let url = URL(string: text), url.scheme != nil, url.host != nil else {
                throw bad(key, "\"\(text)\" is not an absolute URL")
            }
            return text
        }

        /// Also `host:port`, as VNC viewers take it.
        private func vncUrl() throws -> String? {
            guard let text = try string("vncUrl") else { return nil }
            if let colon = text.lastIndex(of: ":"), colon > text.startIndex, !text.contains("/"),
                UInt16(text[text.index(after: colon)...]) != nil
            {
                return text
            }
            return try url("vncUrl")
        }

        private func status() throws -> InstanceStatus? {
            guard let text = try string("status") else { return nil }
            guard let status = InstanceStatus(rawValue: text) else {
                let known = InstanceStatus.allCases.map(\.rawValue).joined(separator: ", ")
                throw bad("status", "\"\(text)\" is none of \(known)")
            }
            return status
        }
    }
}
