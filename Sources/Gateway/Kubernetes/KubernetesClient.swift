import AsyncHTTPClient
import Fleet
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// The hub's requests to the Kubernetes API: each with a deadline and a size limit, with the token as its file holds it
/// now, and trusting the cluster's authority as its file holds it now.
final class KubernetesClient: Sendable {
    /// Times and sizes.
    struct Limits: Sendable {
        /// For a connection.
        var connect = Duration.seconds(5)
        /// For an answer; for the head of one without an end.
        var answer = Duration.seconds(15)
        /// Bytes of an answer: a page of 250 pods that say much about themselves.
        var body = 32 << 20
    }

    private struct Connections {
        var client: HTTPClient
        var authority: Data?
        /// Of an authority that is no more; closed at the end, so that requests under way are answered.
        var retired: [HTTPClient] = []
    }

    let cluster: KubernetesCluster
    private let limits: Limits
    private let connections: Mutex<Connections?> = .init(nil)

    init(_ cluster: KubernetesCluster, limits: Limits = Limits()) {
        self.cluster = cluster
        self.limits = limits
    }

    /// Closes the connections.
    func close() async {
        let all = connections.withLock { connections -> [HTTPClient] in
            defer { connections = nil }
            return connections.map { [$0.client] + $0.retired } ?? []
        }
        for client in all { try? await client.shutdown() }
    }

    /// Sends a request and gives its answer's body.
    /// - Parameters:
    ///   - query: names and values, not encoded yet.
    ///   - permission: what is tried, as RBAC calls it, for the error.
    /// - Throws: ``KubernetesError``, or `CancellationError`.
    func send(
        _ method: HTTPMethod, _ path: String, query: [(String, String)] = [],
        body: (type: String, data: ByteBuffer)? = nil,
        permission: String
    ) async throws -> Data {
        var request = try request(path, query)
        request.method = method
        if let body {
            request.headers.add(name: "Content-Type", value: body.type)
            request.body = .bytes(body.data)
        }
        do {
            let response = try await client().execute(request, timeout: TimeAmount(limits.answer))
            let body = Data(try await response.body.collect(upTo: limits.body).readableBytesView)
            guard (200..<300).contains(response.status.code) else { throw failure(response, body, permission) }
            return body
        } catch {
            throw translated(error)
        }
    }

    /// Begins a watch: lines without an end of their own, which the one who asks bounds.
    /// - Throws: ``KubernetesError``, or `CancellationError`.
    func watch(
        _ path: String, query: [(String, String)], permission: String
    ) async throws -> HTTPClientResponse.Body {
        let request = try request(path, query)
        do {
            let client = try client()
            // The client's own deadline would count for the body too.
            let opening = Task { try await client.execute(request, deadline: .distantFuture) }
            let alarm = Task { [limits] in
                try await Task.sleep(for: limits.answer)
                opening.cancel()
            }
            defer { alarm.cancel() }
            let result = await withTaskCancellationHandler {
                await opening.result
            } onCancel: {
                opening.cancel()
            }
            try Task.checkCancellation()
            if case .failure = result, opening.isCancelled {
                throw KubernetesError.unreachable(api: cluster.api, reason: "no answer within \(limits.answer)")
            }
            let response = try result.get()
            guard response.status == .ok else {
                throw failure(
                    response, Data(try await response.body.collect(upTo: 1 << 20).readableBytesView), permission)
            }
            return response.body
        } catch {
            throw translated(error)
        }
    }

    private func request(_ path: String, _ query: [(String, String)]) throws -> HTTPClientRequest {
        let text = query.map { "\(Self.encoded($0.0))=\(Self.encoded($0.1))" }.joined(separator: "&")
        var request = HTTPClientRequest(url: cluster.api + path + (text.isEmpty ? "" : "?" + text))
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "User-Agent", value: "loco/\(BuildVersion.number)")
        if let token = try token() { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        return request
    }

    /// The token now: Kubernetes puts a new one into the file every hour or so, and a request is rare.
    private func token() throws -> String? {
        guard let path = cluster.tokenFile else { return nil }
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw KubernetesError.noToken(path: path, reason: (error as NSError).localizedDescription)
        }
        let text = String(decoding: data.prefix(64 * 1024), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        // It becomes a header field.
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw KubernetesError.noToken(path: path, reason: "it holds no token")
        }
        return text
    }

    /// The connections, made anew when the authority's file has changed.
    private func client() throws -> HTTPClient {
        var authority: Data?
        if let path = cluster.caFile {
            guard let data = try? Data(contentsOf: URL(filePath: path)) else {
                throw KubernetesError.badSettings(
                    "kubernetes.caFile: '\(path)' cannot be read; name the file of the cluster's authority (PEM)")
            }
            authority = data
        }
        return try connections.withLock { connections in
            if let connections, connections.authority == authority { return connections.client }
            var configuration = HTTPClient.Configuration()
            configuration.timeout = .init(connect: TimeAmount(limits.connect))
            configuration.redirectConfiguration = .disallow
            configuration.httpVersion = .http1Only
            configuration.connectionPool.retryConnectionEstablishment = false
            configuration.connectionPool.idleTimeout = .seconds(30)
            // Three watches stay open beside the requests.
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 16
            if let authority {
                var tls = TLSConfiguration.makeClientConfiguration()
                do {
                    tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authority)))
                } catch {
                    throw KubernetesError.badSettings("kubernetes.caFile: '\(cluster.caFile ?? "")' is no PEM file")
                }
                configuration.tlsConfiguration = tls
            }
            let client = HTTPClient(
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
            let retired = connections.map { $0.retired + [$0.client] } ?? []
            connections = Connections(client: client, authority: authority, retired: retired)
            return client
        }
    }

    private func failure(_ response: HTTPClientResponse, _ body: Data, _ permission: String) -> KubernetesError {
        KubernetesError(
            code: Int(response.status.code), body: body, permission: "\(permission) in namespace \(cluster.namespace)",
            tokenFile: cluster.tokenFile ?? "nobody",
            retryAfter: response.headers.first(name: "Retry-After").flatMap(Int.init))
    }

    /// - Returns: a ``KubernetesError``, or a `CancellationError` where this task was cancelled.
    private func translated(_ error: any Error) -> any Error {
        if Task.isCancelled { return CancellationError() }
        switch error {
        case let error as KubernetesError: return error
        case is NIOTooManyBytesError: return KubernetesError.unreadable("it is larger than \(limits.body) bytes")
        case let error as NIOSSLError:
            return KubernetesError.unreachable(
                api: cluster.api, reason: "its certificate is not trusted (kubernetes.caFile): \(error)")
        default:
            return KubernetesError.unreachable(api: cluster.api, reason: NodeReachability.failure(error).message)
        }
    }

    private static func encoded(_ text: String) -> String {
        let allowed = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    }
}
