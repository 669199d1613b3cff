import Foundation

/// Why the Kubernetes API gives no usable answer. Each sentence says what to do about it; none holds a token.
public enum KubernetesError: Error, Sendable, Equatable, CustomStringConvertible {
    /// It cannot be reached.
    case unreachable(api: String, reason: String)
    /// The token is not taken (401).
    case unauthorized(tokenFile: String)
    /// The token's holder may not do that (403).
    case forbidden(permission: String, message: String)
    /// What was asked for is not there (404).
    case notFound(String)
    /// Something else than what was expected is there (409).
    case conflict(String)
    /// The version or the page that was asked for is no more (410).
    case expired(String)
    /// It answers with a failure.
    case failed(code: Int, message: String, retryAfter: Int?)
    /// Its answer cannot be read.
    case unreadable(String)
    /// The token's file cannot be read.
    case noToken(path: String, reason: String)
    /// The settings do not say where it is, or say what cannot be.
    case badSettings(String)

    /// What an answer with a failure means.
    ///
    /// - Parameters:
    ///   - permission: what was tried, as RBAC calls it: `list pods`.
    ///   - retryAfter: seconds, from the header.
    public init(code: Int, body: Data, permission: String, tokenFile: String, retryAfter: Int? = nil) {
        let status = KubernetesStatus.read(body)
        let message = status?.message.map { String($0.prefix(500)) } ?? "HTTP status \(code)"
        switch code {
        case 401: self = .unauthorized(tokenFile: tokenFile)
        case 403: self = .forbidden(permission: permission, message: message)
        case 404: self = .notFound(message)
        case 409: self = .conflict(message)
        case 410: self = .expired(message)
        default:
            self = .failed(code: code, message: message, retryAfter: status?.details?.retryAfterSeconds ?? retryAfter)
        }
    }

    /// Whether only a new list helps.
    public var isExpired: Bool { if case .expired = self { true } else { false } }

    /// How long the server asks to be left alone.
    public var retryAfter: Duration? {
        guard case .failed(_, _, let seconds?) = self else { return nil }
        return .seconds(max(0, min(seconds, 3600)))
    }

    /// One sentence with the remedy.
    public var description: String {
        switch self {
        case .unreachable(let api, let reason): "the Kubernetes API at \(api) cannot be reached: \(reason)"
        case .unauthorized(let file):
            "the Kubernetes API does not take the token of \(file) (401): it is out of date or from another cluster;"
                + " a new one in that file is used at once"
        case .forbidden(let permission, let message) where message.contains("system:anonymous"):
            "the Kubernetes API sees nobody's token (403, system:anonymous), who may not \(permission):"
                + " set kubernetes.tokenFile, or automountServiceAccountToken: true for the hub's pod"
        case .forbidden(let permission, let message):
            "the permission to \(permission) is missing (403): install the chart with \(Self.remedy(permission)), or add"
                + " it to the Role of the hub's service account; the API says: \(message)"
        case .notFound(let message): "the Kubernetes API does not have it (404): \(message)"
        case .conflict(let message): "the Kubernetes API has something else by now (409): \(message)"
        case .expired(let message): "what was asked of the Kubernetes API is out of date (410): \(message)"
        case .failed(let code, let message, _): "the Kubernetes API answers \(code): \(message)"
        case .unreadable(let what): "the Kubernetes API's answer cannot be read: \(what)"
        case .noToken(let path, let reason):
            "the token file \(path) cannot be read: \(reason); set kubernetes.tokenFile, or"
                + " automountServiceAccountToken: true for the hub's pod"
        case .badSettings(let what): what
        }
    }

    /// The chart's values that give a permission.
    private static func remedy(_ permission: String) -> String {
        let more = [
            "delete pods": "allowPodDelete", "patch statefulsets/scale": "allowScale",
            "patch pods/resize": "allowResize",
        ]
        let own = more.first { permission.hasPrefix($0.key) }.map { " --set rbac.\($0.value)=true" } ?? ""
        return "--set rbac.create=true" + own
    }
}
