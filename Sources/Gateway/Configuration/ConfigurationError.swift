/// What is wrong with the configuration. It names the setting, the value and what is allowed; a secret's value is
/// never part of it.
enum ConfigurationError: Error, Equatable, CustomStringConvertible {
    case unreadableFile(path: String, reason: String)
    case badFile(path: String, reason: String)
    case unknownKey(name: String, path: String, suggestion: String?)
    case unknownVariable(name: String, suggestion: String?)
    case unknownFlag(name: String, suggestion: String?)
    case missingValue(flag: String)
    case secretFlag(name: String, variable: String)
    case badValue(name: String, value: String?, source: ConfigurationSource, allowed: String)
    case openWithoutToken(name: String, host: String)
    case agentWithoutToken(host: String)
    case scopedWithoutToken(name: String)
    case sameToken(name: String, other: String)
    case turnWithoutSecret(name: String, server: String)
    case relayWithoutServer
    case unusableFile(name: String, path: String, reason: String)
    case missing(name: String, for: String)

    var description: String {
        switch self {
        case .unreadableFile(let path, let reason): "cannot read \(path): \(reason)"
        case .badFile(let path, let reason): "\(path): \(reason)"
        case .unknownKey(let name, let path, let suggestion):
            "\(path): there is no setting '\(name)'" + Self.hint(suggestion)
        case .unknownVariable(let name, let suggestion):
            "environment: there is no setting \(name)" + Self.hint(suggestion)
        case .unknownFlag(let name, let suggestion): "there is no flag \(name)" + Self.hint(suggestion)
        case .missingValue(let flag): "\(flag) needs a value"
        case .secretFlag(let name, let variable):
            "\(name) is a secret and every user of this machine can read a command line: set \(variable), or"
                + " '\(name)' in loco.json"
        case .badValue(let name, let value, let source, let allowed):
            "\(name): \(value.map { "'\($0)'" } ?? "the value") (from \(source)) is not allowed: it must be \(allowed)"
        case .missing(let name, let what): "\(name) is not set, which \(what) needs"
        case .unusableFile(let name, let path, let reason): "\(name): '\(path)' cannot be used: \(reason)"
        case .scopedWithoutToken(let name):
            "\(name) is set and token is not, without which everybody may do everything: set LOCO_TOKEN too"
        case .sameToken(let name, let other):
            "\(name) and \(other) are the same, so that nobody could tell what it allows: give each its own"
        case .turnWithoutSecret(let name, let server):
            "\(name): '\(server)' needs credentials: set LOCO_ICE_TURN_SECRET, or 'ice.turnSecret' in loco.json, to the"
                + " secret the server knows"
        case .relayWithoutServer:
            "ice.relay: there is no turn: server to relay by: add one to ice.servers or ice.nodeServers"
                + " (turns: ones serve viewers only)"
        case .agentWithoutToken(let host):
            "agent.host: '\(host)' can be reached by others, who could start any program here, and no agent.token is set:"
                + " set LOCO_AGENT_TOKEN, or use 127.0.0.1"
        case .openWithoutToken(let name, let host):
            "\(name): '\(host)' can be reached by others and no token is set: set LOCO_TOKEN, or use 127.0.0.1"
        }
    }

    private static func hint(_ suggestion: String?) -> String {
        suggestion.map { "; did you mean \($0)?" } ?? "; 'loco config' lists them all"
    }
}
