import AsyncHTTPClient
import Fleet
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// The hub's HTTP requests to nodes: each with a deadline and a size limit, the token in every one.
struct NodeClient: Service {
    /// Why a node gave no usable answer.
    struct Failure: Error {
        let reason: NodeState.Failure
        let message: String
    }

    /// A node's answer.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: ByteBuffer
    }

    private let client: HTTPClient
    private let token: String?

    init(token: String?) {
        self.token = token
        var configuration = HTTPClient.Configuration()
        configuration.timeout = .init(connect: .seconds(1))
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

    /// A node's report.
    func health(of instance: Instance) async -> Result<JSONValue, Failure> {
        do {
            let answer = try await send(.GET, "/health", to: instance, limit: 256 * 1024, deadline: .milliseconds(1500))
            // An unhealthy node answers with 503 and still says why.
            guard let report = try? JSON.decode(JSONValue.self, from: Data(answer.body.readableBytesView)),
                case .object = report, report["error"] == nil
            else { return .failure(Failure(reason: .badAnswer, message: "status \(answer.status) without a report")) }
            return .success(report)
        } catch {
            return .failure(error)
        }
    }

    /// Sends a request to an instance's node.
    /// - Parameters:
    ///   - path: begins with a slash and is already percent-encoded.
    ///   - limit: most bytes of an answer's body.
    /// - Throws: ``Failure``.
    func send(
        _ method: HTTPMethod, _ path: String, to instance: Instance, headers: HTTPHeaders = [:],
        body: ByteBuffer? = nil, limit: Int, deadline: Duration
    ) async throws(Failure) -> Answer {
        guard let base = instance.streamUrl else {
            throw Failure(reason: .refused, message: "its node does not listen yet")
        }
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        request.headers = headers
        for field in authorization { request.headers.add(name: field.name.rawName, value: field.value) }
        if let body { request.body = .bytes(body) }
        do {
            let response = try await client.execute(request, timeout: TimeAmount(deadline))
            return Answer(
                status: Int(response.status.code), headers: response.headers,
                body: try await response.body.collect(upTo: limit))
        } catch is NIOTooManyBytesError {
            throw Failure(reason: .badAnswer, message: "its answer is larger than \(limit) bytes")
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout {
            throw Failure(reason: .timeout, message: "no answer within \(deadline)")
        } catch {
            throw Failure(reason: .refused, message: Self.describe(error))
        }
    }

    private static func describe(_ error: any Error) -> String {
        if let error = error as? NIOConnectionError, let first = error.connectionErrors.first {
            return describe(first.error)
        }
        if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
        return "\(error)"
    }
}
