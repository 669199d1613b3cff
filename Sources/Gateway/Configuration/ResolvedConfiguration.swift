import Foundation
import Signaling

/// Every setting's value and where it came from: flags before the environment before the file before the defaults.
struct ResolvedConfiguration: Sendable {
    /// A value and its origin.
    struct Entry: Sendable, Equatable {
        let value: ConfigurationValue
        let source: ConfigurationSource
    }

    private(set) var entries: [String: Entry]

    /// Reads what is given; the file at `path`, when there is one.
    /// - Parameters:
    ///   - flags: values by setting name, as ``SettingFlags`` parses them.
    ///   - environment: all of it; variables that begin with `LOCO_` must be settings, but for
    ///     `LOCO_TEST_`, which belongs to the project's own tests.
    ///   - path: the configuration file; with `nil`, `loco.json` in the working folder when it exists.
    /// - Throws: ``ConfigurationError``.
    static func load(
        flags: [SettingFlags.Setting] = [], environment: [String: String] = ProcessInfo.processInfo.environment,
        path: String? = nil
    ) throws -> ResolvedConfiguration {
        let path = path ?? environment["LOCO_CONFIG"]
        let file: (path: String, data: Data)?
        if let path {
            do {
                file = (path, try Data(contentsOf: URL(filePath: path)))
            } catch {
                throw ConfigurationError.unreadableFile(
                    path: path,
                    reason: FileManager.default.fileExists(atPath: path) ? "\(error)" : "there is no such file")
            }
        } else {
            file = (try? Data(contentsOf: URL(filePath: "loco.json"))).map { ("loco.json", $0) }
        }
        return try ResolvedConfiguration(flags: flags, environment: environment, file: file)
    }

    init(
        flags: [SettingFlags.Setting] = [], environment: [String: String] = [:],
        file: (path: String, data: Data)? = nil
    ) throws {
        entries = ConfigurationTable.byName.mapValues { Entry(value: $0.defaultValue, source: .defaults) }
        if let file { try read(file: file.data, path: file.path) }
        for (variable, text) in environment.sorted(by: { $0.key < $1.key })
        where variable.hasPrefix("LOCO_") && !variable.hasPrefix("LOCO_TEST_") && variable != "LOCO_CONFIG" {
            guard let key = ConfigurationTable.byEnvironmentName[variable] else {
                throw ConfigurationError.unknownVariable(
                    name: variable,
                    suggestion: ConfigurationTable.suggestion(
                        for: variable, in: ConfigurationTable.byEnvironmentName.keys))
            }
            try set(key, text: text, source: .environment(variable: variable))
        }
        for flag in flags { try set(flag.key, text: flag.text, source: .flag(flag.flag)) }
        try checkServers()
        try checkTokens()
    }

    /// What a token allows must be plain from it.
    private func checkTokens() throws {
        func value(_ name: String) -> ConfigurationValue? { self[name] == .text("") ? nil : self[name] }
        let names = ["token", "controlToken", "viewToken"].filter { value($0) != nil }
        if let name = names.first, name != "token" { throw ConfigurationError.scopedWithoutToken(name: name) }
        for (index, name) in names.enumerated() {
            if let other = names[..<index].first(where: { value($0) == value(name) }) {
                throw ConfigurationError.sameToken(name: name, other: other)
            }
        }
    }

    /// Refuses TURN without a secret: browsers refuse to connect at all when told of a TURN server without credentials.
    private func checkServers() throws {
        func servers(_ name: String) -> [ICEServer] {
            if case .list(let items) = self[name] { items.compactMap(ICEServer.init) } else { [] }
        }
        if self["ice.turnSecret"] == .text("") {
            for name in ["ice.servers", "ice.nodeServers"] {
                guard let server = servers(name).first(where: \.isRelay) else { continue }
                throw ConfigurationError.turnWithoutSecret(name: name, server: server.description)
            }
        }
        let own = servers("ice.nodeServers").isEmpty ? servers("ice.servers") : servers("ice.nodeServers")
        if self["ice.relay"] == .flag(true), !own.contains(where: { $0.scheme == .turn }) {
            throw ConfigurationError.relayWithoutServer
        }
    }

    subscript(_ name: String) -> ConfigurationValue {
        guard let entry = entries[name] else { preconditionFailure("no setting \(name) in the table") }
        return entry.value
    }

    /// What a node of this machine is to be told, as its environment: everything that is not at its default, but for
    /// the hub's own. An environment, unlike a command line, is read by nobody else.
    var nodeEnvironment: [String: String] {
        var environment: [String: String] = [:]
        // Nodes are reached over loopback, where TLS would protect nothing.
        let own = ["hub.", "active.", "node.", "tls.", "kubernetes.", "agent."]
        for key in ConfigurationTable.keys where !own.contains(where: key.name.hasPrefix) {
            if let entry = entries[key.name], entry.source != .defaults {
                environment[key.environmentName] = entry.value.description
            }
        }
        return environment
    }

    private mutating func set(_ key: ConfigurationKey, text: String, source: ConfigurationSource) throws {
        guard let value = key.kind.parse(text) else { throw Self.badValue(key, text, source) }
        entries[key.name] = Entry(value: value, source: source)
    }

    private mutating func read(file data: Data, path: String) throws {
        let decoder = JSONDecoder()
        // Comments and trailing commas are welcome in a file that people write.
        decoder.allowsJSON5 = true
        guard let root = try? decoder.decode(JSONValue.self, from: data) else {
            throw ConfigurationError.badFile(path: path, reason: "it is not valid JSON")
        }
        guard case .object(let fields) = root else {
            throw ConfigurationError.badFile(path: path, reason: "it must hold one object")
        }
        try read(fields, prefix: "", path: path)
    }

    private mutating func read(_ fields: [String: JSONValue], prefix: String, path: String) throws {
        for (field, json) in fields.sorted(by: { $0.key < $1.key }) {
            let name = prefix + field
            if let key = ConfigurationTable.byName[name] {
                let source = ConfigurationSource.file(path: path)
                guard let value = Self.value(json).flatMap(key.kind.accept) else {
                    let shown = String(buffer: JSON.encode(json))
                    throw Self.badValue(key, json.string ?? shown, source)
                }
                entries[name] = Entry(value: value, source: source)
            } else if case .object(let inner) = json,
                ConfigurationTable.keys.contains(where: { $0.name.hasPrefix(name + ".") })
            {
                try read(inner, prefix: name + ".", path: path)
            } else {
                throw ConfigurationError.unknownKey(
                    name: name, path: path,
                    suggestion: ConfigurationTable.suggestion(for: name, in: ConfigurationTable.byName.keys))
            }
        }
    }

    private static func value(_ json: JSONValue) -> ConfigurationValue? {
        switch json {
        case .string(let text): .text(text)
        case .number(let number): Int(exactly: number).map(ConfigurationValue.number) ?? .decimal(number)
        case .bool(let flag): .flag(flag)
        case .array(let items):
            items.allSatisfy { $0.string != nil } ? .list(items.compactMap(\.string)) : nil
        case .null, .object: nil
        }
    }

    private static func badValue(
        _ key: ConfigurationKey, _ text: String, _ source: ConfigurationSource
    ) -> ConfigurationError {
        .badValue(name: key.name, value: key.isSecret ? nil : text, source: source, allowed: key.kind.allowed)
    }
}
