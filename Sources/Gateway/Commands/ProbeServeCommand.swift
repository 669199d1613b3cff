import ArgumentParser
import Fleet
import Foundation
import HTTPTypes
import Hummingbird
import Probe

/// `loco probe serve`: a container's health port, apart from the node's own.
struct ProbeServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serves /health (200 or 503) and /metrics by asking the node.")

    @OptionGroup var target: ProbeTarget

    @Option(help: "The port to serve on; 0 takes any free one.")
    var port = 8082

    @Option(help: "The address to listen on; one that is not loopback needs a token.")
    var host = "127.0.0.1"

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port: \(port) is not from 0 to 65535") }
    }

    func run() async throws {
        let configuration = LocoConfiguration(try target.options.load())
        try configuration.requireTokenUnlessLoopback("--host", host)
        let logger = configuration.makeLogger("probe")
        var service = HTTPServiceConfiguration()
        (service.host, service.port, service.portSetting) = (host, port, "--port")
        service.access = AccessPolicy(configuration)
        let (target, client) = (target, NodeClient(token: configuration.token))
        let http = HTTPService(configuration: service, logger: logger) { router in
            for path in ["/health", "/metrics"] {
                // The node is looked for at each request: it may come, go, and come back on another port.
                router.get(RouterPath(path)) { _, _ in
                    try await Self.pass(path, by: client) { try target.locate(configuration) }
                }
            }
        }
        let host = host
        try await RoleRunner.run([client, http], logger: logger) {
            let port = try await http.boundPort
            logger.info("serving", metadata: ["url": "http://\(host):\(port)"])
        }
    }

    private static func pass(
        _ path: String, by client: NodeClient, at locate: () throws -> NodeAddress
    ) async throws -> Response {
        do {
            let answer = try await ProbedNode(address: try locate(), client: client).get(path)
            return Response(
                status: .init(code: answer.status),
                headers: [
                    .contentType: answer.headers.first(name: "content-type") ?? PrometheusText.contentType,
                    .cacheControl: "no-store",
                ],
                body: .init(byteBuffer: answer.body))
        } catch let error as ProbeError {
            throw APIError(.serviceUnavailable, "no-node", error.description)
        } catch let failure as NodeClient.Failure {
            throw APIError(.serviceUnavailable, "node-silent", "the node does not answer: \(failure.message)")
        }
    }
}
