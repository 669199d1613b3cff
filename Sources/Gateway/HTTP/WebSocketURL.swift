import Foundation

/// A `ws://` URL taken apart.
struct WebSocketURL: Sendable {
    let host: String
    let port: Int
    /// Path and query, as they go into the request line.
    let target: String

    init?(_ text: String) {
        guard let url = URLComponents(string: text), ["ws", "http"].contains(url.scheme?.lowercased()),
            let host = url.host, !host.isEmpty
        else { return nil }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        port = url.port ?? 80
        let path = url.percentEncodedPath.isEmpty ? "/" : url.percentEncodedPath
        target = path + (url.percentEncodedQuery.map { "?\($0)" } ?? "")
    }

    /// `host:port`, for the Host field.
    var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// The URL without a token, for messages.
    var redacted: String { "ws://\(authority)\(RequestTarget(target).redacted)" }
}
