import Foundation

/// Where a cluster's API is and what is looked at there.
public struct KubernetesCluster: Sendable, Equatable {
    /// The folder where a pod finds its service account.
    public static let account = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// The settings, empty where nobody set them.
    public struct Settings: Sendable {
        /// The API's URL.
        public var api = ""
        /// The namespace.
        public var namespace = ""
        /// The labels of the pods.
        public var selector = ""
        /// The set that is scaled.
        public var statefulSet = ""
        /// The port of a node.
        public var nodePort = 3100
        /// The file of the token.
        public var tokenFile = "\(account)/token"
        /// The file of the API's certificate authority.
        public var caFile = "\(account)/ca.crt"

        /// Settings that nobody set.
        public init() {}
    }

    /// The API's URL, without a slash at its end.
    public let api: String
    /// The namespace.
    public let namespace: String
    /// The labels of the pods, as the API takes them.
    public let selector: String
    /// The set that is scaled, and whose pods count first.
    public let statefulSet: String
    /// The port of a node.
    public let nodePort: Int
    /// The file of the token, read at every request; nil where the API is asked without one.
    public let tokenFile: String?
    /// The file of the API's certificate authority; nil for those of the system.
    public let caFile: String?

    /// Finds out where the cluster is.
    ///
    /// - Throws: `KubernetesError.badSettings` outside a cluster where `kubernetes.api` is not set, and for an API that the
    ///   token would be sent to in the open.
    public init(_ settings: Settings, environment: [String: String], account: String = account) throws(KubernetesError)
    {
        let text = try Self.address(settings.api, environment)
        guard let url = URL(string: text), let host = url.host(), ["http", "https"].contains(url.scheme),
            url.user() == nil, url.query() == nil
        else {
            throw .badSettings("kubernetes.api: '\(text.prefix(200))' is no URL as https://host:port")
        }
        guard url.scheme == "https" || Self.isLoopback(host) else {
            throw .badSettings(
                "kubernetes.api: '\(text)' would send the token in the open: use https, or a loopback address")
        }
        api = text.hasSuffix("/") ? String(text.dropLast()) : text
        namespace = Self.namespace(settings.namespace, environment, account)
        guard !namespace.isEmpty, namespace.utf8.count <= 63,
            namespace.utf8.allSatisfy({
                (0x30...0x39).contains($0) || (0x61...0x7a).contains($0) || $0 == UInt8(ascii: "-")
            })
        else { throw .badSettings("kubernetes.namespace: '\(namespace.prefix(100))' is no name of a namespace") }
        guard let set = InstanceID(settings.statefulSet) else {
            throw .badSettings("kubernetes.statefulSet: '\(settings.statefulSet.prefix(100))' is no name of one")
        }
        statefulSet = set.rawValue
        selector = settings.selector
        nodePort = settings.nodePort
        let plain = url.scheme == "http"
        func there(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
        let (token, authority) = (settings.tokenFile, settings.caFile)
        // Over loopback a proxy (kubectl proxy) adds the token itself.
        tokenFile = token.isEmpty || (plain && !there(token)) ? nil : token
        // Only a file that somebody named must be there.
        let isOwn = authority != "\(Self.account)/ca.crt"
        caFile = plain || authority.isEmpty || (!isOwn && !there(authority)) ? nil : authority
    }

    /// Whether this process runs in a cluster that it may ask.
    public static func isInside(_ environment: [String: String], tokenFile: String) -> Bool {
        environment["KUBERNETES_SERVICE_HOST"]?.isEmpty == false && FileManager.default.fileExists(atPath: tokenFile)
    }

    /// The pods' labels as far as the selector says `name=value`.
    public var labels: [String: String] {
        Dictionary(
            selector.split(separator: ",").compactMap { part -> (String, String)? in
                let sides = part.split(separator: "=", omittingEmptySubsequences: true)
                guard sides.count == 2, !part.contains("!") else { return nil }
                return (sides[0].trimmingCharacters(in: .whitespaces), sides[1].trimmingCharacters(in: .whitespaces))
            }
        ) { first, _ in first }
    }

    private static func address(_ api: String, _ environment: [String: String]) throws(KubernetesError) -> String {
        guard api.isEmpty else { return api }
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty else {
            throw .badSettings(
                "there is no Kubernetes cluster here (KUBERNETES_SERVICE_HOST is not set): set kubernetes.api, or"
                    + " hub.discovery to static or local")
        }
        let port = environment["KUBERNETES_SERVICE_PORT"] ?? "443"
        return "https://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    private static func namespace(_ setting: String, _ environment: [String: String], _ account: String) -> String {
        if !setting.isEmpty { return setting }
        if let name = environment["KUBERNETES_NAMESPACE"], !name.isEmpty { return name }
        let file = (try? String(contentsOfFile: "\(account)/namespace", encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return file.flatMap { $0.isEmpty ? nil : $0 } ?? "loco"
    }

    private static func isLoopback(_ host: String) -> Bool {
        if ["localhost", "::1", "[::1]"].contains(host) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
