import Fleet
import Foundation
import Logging
import NIOSSL
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct KubernetesClientTests {
    @Test func `the API's certificate is checked against the cluster's authority, as its file is now`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "kube-tls-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let own = try TestCertificate(in: folder.appending(path: "own"))
        let other = try TestCertificate(in: folder.appending(path: "other"))
        let authority = folder.appending(path: "ca.crt")
        let token = folder.appending(path: "token").path()
        try Data("secret-token".utf8).write(to: URL(filePath: token))
        try FileManager.default.copyItem(at: URL(filePath: other.certificate), to: authority)
        var service = HTTPServiceConfiguration()
        service.tls = .makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(own.certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: own.key, format: .pem)))
        try await withService(configuration: service) {
            $0.get("version") { request, _ in request.headers[.authorization] ?? "-" }
        } _: { port, _ in
            let client = KubernetesClient(
                try cluster("https://127.0.0.1:\(port)", tokenFile: token, caFile: authority.path()))
            await #expect {
                _ = try await client.send(.GET, "/version", permission: "get version")
            } throws: {
                "\($0)".contains("kubernetes.caFile") && !"\($0)".contains("secret")
            }
            try FileManager.default.removeItem(at: authority)
            try FileManager.default.copyItem(at: URL(filePath: own.certificate), to: authority)
            let answer = try await client.send(.GET, "/version", permission: "get version")
            #expect(String(decoding: answer, as: UTF8.self) == "Bearer secret-token")
            await client.close()
        }
    }

    @Test func `an answer that is too large, and a server that says nothing, are refused in time`() async throws {
        try await withAPIServer(pods: 20) { server in
            var limits = KubernetesClient.Limits()
            (limits.body, limits.answer) = (10_000, .milliseconds(200))
            let client = KubernetesClient(try cluster(server.url), limits: limits)
            let path = "/api/v1/namespaces/loco/pods"
            await #expect { _ = try await client.send(.GET, path, permission: "list pods") } throws: {
                "\($0)".contains("larger than 10000 bytes")
            }
            server.set(fault: .silent)
            await #expect { _ = try await client.send(.GET, path, permission: "list pods") } throws: {
                "\($0)".contains("cannot be reached: no answer in time")
            }
            await #expect {
                _ = try await client.watch(path, query: [("watch", "true")], permission: "watch pods")
            } throws: { "\($0)".contains("no answer within") }
            await client.close()
        }
    }

    @Test func `a token that would break out of its header is refused and not told`() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "token-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("abc\r\nX-Evil: 1".utf8).write(to: URL(filePath: path))
        let client = KubernetesClient(try cluster("http://127.0.0.1:1", tokenFile: path))
        await #expect { _ = try await client.send(.GET, "/version", permission: "x") } throws: {
            "\($0)".contains("it holds no token") && !"\($0)".contains("Evil")
        }
        await client.close()
    }
}
