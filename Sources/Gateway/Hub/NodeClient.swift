import AsyncHTTPClient
import Fleet
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// HTTP requests to nodes, hubs and agents: each with a deadline and a size limit, the token in every one.
struct NodeClient: Service {
    /// Why a node gave no usable answer.
    struct Failure: Error, Equatable {
        let reason: NodeState.Failure
        let message: String
    }

    /// A node's answer.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: ByteBuffer
        /// From the request to the answer's end.
        let took: Duration
    }

    /// How long a connection may take: a host that is there answers in far less.
    static let connectDeadline = Duration.seconds(1)

    private let client: HTTPClient
    private let token: String?

    init(token: String?) {
        self.token = token
        var configuration = HTTPClient.Configuration()
        configuration.timeout = .init(connect: TimeAmount(Self.connectDeadline))
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        // A refused connection is an answer: trying again inside would only use up the deadline.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = .seconds(30)
        client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    }

    /// Keeps the connections until graceful shutdown.
    func run() async throws {
        try? await gracefulShutdown()
        try await client.shutdown()
    }

    /// Closes the connections, for who does not `run()` it.
    func close() async throws { try await client.shutdown() }

    /// Header fields that authenticate the hub to a node.
    var authorization: HTTPFields { token.map { [.authorization: "Bearer \($0)"] } ?? [:] }

    /// Sends a request.
    /// - Parameters:
    ///   - address: nil for a node that does not listen, which fails as one that refuses.
    ///   - path: begins with a slash and is already percent-encoded.
    ///   - limit: most bytes of an answer's body.
    /// - Throws: ``Failure``.
    func send(
        _ method: HTTPMethod, _ path: String, to address: NodeAddress?, headers: HTTPHeaders = [:],
        body: ByteBuffer? = nil, limit: Int, deadline: Duration
    ) async throws(Failure) -> Answer {
        var request = try request(path, at: address)
        request.method = method
        request.headers.add(contentsOf: headers)
        if let body { request.body = .bytes(body) }
        do {
            let start = ContinuousClock.now
            let response = try await client.execute(request, timeout: TimeAmount(deadline))
            let body = try await response.body.collect(upTo: limit)
            return Answer(
                status: Int(response.status.code), headers: response.headers, body: body,
                took: ContinuousClock.now - start)
        } catch is NIOTooManyBytesError {
            throw Failure(reason: .badAnswer, message: "its answer is larger than \(limit) bytes")
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout {
            throw Failure(reason: .timeout, message: "no answer within \(deadline)")
        } catch {
            throw NodeReachability.failure(error)
        }
    }

    /// Sends a request whose answer's body is read as it comes, by who asks.
    /// - Parameter deadline: for the answer's head.
    /// - Throws: ``Failure``.
    func open(
        _ method: HTTPMethod, _ path: String, to address: NodeAddress?, headers: HTTPHeaders, deadline: Duration
    ) async throws(Failure) -> HTTPClientResponse {
        var request = try request(path, at: address)
        request.method = method
        request.headers.add(contentsOf: headers)
        // The client's own deadline would count for the body too.
        let opening = Task { [client, request] in try await client.execute(request, deadline: .distantFuture) }
        let alarm = Task {
            try await Task.sleep(for: deadline)
            opening.cancel()
        }
        defer { alarm.cancel() }
        let result = await withTaskCancellationHandler {
            await opening.result
        } onCancel: {
            opening.cancel()
        }
        switch result {
        case .success(let response): return response
        case .failure where opening.isCancelled:
            throw Failure(reason: .timeout, message: "no answer within \(deadline)")
        case .failure(let error): throw NodeReachability.failure(error)
        }
    }

    /// Begins to listen to what a node tells: the bytes of its event stream, without an end of their own.
    ///
    /// The one who asks watches the time, and cancels.
    /// - Throws: ``Failure``; `CancellationError` becomes one too.
    func events(at address: NodeAddress?) async throws(Failure) -> HTTPClientResponse.Body {
        var request = try request("/events", at: address)
        request.headers.add(name: "Accept", value: "text/event-stream")
        let response: HTTPClientResponse
        do {
            response = try await client.execute(request, deadline: .distantFuture)
        } catch {
            throw NodeReachability.failure(error)
        }
        let type = response.headers.first(name: "Content-Type") ?? "no type"
        guard response.status == .ok, type.hasPrefix("text/event-stream") else {
            throw Failure(
                reason: .badAnswer, message: "its events are answered with \(response.status.code) (\(type))")
        }
        return response.body
    }

    private func request(_ path: String, at address: NodeAddress?) throws(Failure) -> HTTPClientRequest {
        guard let base = address?.base else {
            throw Failure(reason: .refused, message: "its node does not listen yet")
        }
        var request = HTTPClientRequest(url: base + path)
        for field in authorization { request.headers.add(name: field.name.rawName, value: field.value) }
        return request
    }
}
