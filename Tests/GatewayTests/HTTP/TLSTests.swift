import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOSSL
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct TLSTests {
    private func folder() -> URL {
        FileManager.default.temporaryDirectory.appending(path: "loco-tls-\(UUID().uuidString)")
    }

    private func configuration(_ environment: [String: String]) throws -> LocoConfiguration {
        LocoConfiguration(try ResolvedConfiguration(environment: environment))
    }

    @Test func `https and wss are served from certificate files`() async throws {
        let folder = folder()
        let files = try TestCertificate(in: folder)
        defer { try? FileManager.default.removeItem(at: folder) }
        var service = HTTPServiceConfiguration()
        service.tls = try configuration([
            "LOCO_TLS_CERTIFICATE": files.certificate, "LOCO_TLS_KEY": files.key,
        ]).tlsConfiguration()
        let echo = WebSocketRoute(path: "/echo") { socket, _ in
            for await message in socket.messages { socket.send(message) }
        }
        try await withService(configuration: service, webSockets: [echo], routes: { $0.get("x") { _, _ in "x" } }) {
            port, service in
            var client = HTTPClient.Configuration()
            client.tlsConfiguration = .makeClientConfiguration()
            client.tlsConfiguration?.trustRoots = .file(files.certificate)
            let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: client)
            let response = try await http.execute(
                HTTPClientRequest(url: "https://127.0.0.1:\(port)/x"), timeout: .seconds(5))
            #expect(response.status == .ok)
            try await http.shutdown()
            let answer = try await openSSL(port: port, trusting: files.certificate)
            #expect(answer.contains("101 Switching Protocols") && answer.contains("hello over tls"))
            try await eventually("its end is seen") { service.statistics.counts.open == 0 }
        }
    }

    /// Speaks WebSocket through `openssl s_client`.
    private func openSSL(port: Int, trusting certificate: String) async throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = [
            "s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", certificate, "-quiet", "-no_ign_eof", "-servername",
            "x",
        ]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        input.fileHandleForWriting.write(
            Data(RawSocket.upgradeRequest("/echo").utf8) + RawSocket.text("hello over tls"))
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "openssl").async {
                var data = Data()
                while case let more = output.fileHandleForReading.availableData, !more.isEmpty {
                    data += more
                    // The close is answered at once, so it is not sent before the echo is here.
                    guard data.range(of: Data("hello over tls".utf8)) != nil else { continue }
                    input.fileHandleForWriting.write(RawSocket.frame(8, Data([3, 232])))
                }
                process.waitUntilExit()
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
        }
    }

    @Test func `certificate files that cannot be used are named`() throws {
        #expect { try configuration(["LOCO_TLS_CERTIFICATE": "/x.pem"]).tlsConfiguration() } throws: {
            "\($0)" == "tls.certificate: '/x.pem' cannot be used: it is no readable PEM file"
        }
        #expect { try configuration(["LOCO_TLS_KEY": "/x.pem"]).tlsConfiguration() } throws: {
            "\($0)" == "tls.certificate: '' cannot be used: tls.certificate and tls.key are needed together"
        }
    }
}
