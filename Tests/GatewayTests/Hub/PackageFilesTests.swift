import Foundation
import Testing

@testable import Gateway

/// Pages import scripts of other packages; nothing else of those packages, and nothing beside them, can be had.
@Suite(.timeLimit(.minutes(1)))
struct PackageFilesTests {
    private func withPackage(_ body: @Sendable (_ files: PackageFiles, _ root: URL) async throws -> Void) async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "loco-package-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        for (path, text) in [
            "p/core/rfb.js": "export {}", "p/app.mjs": "1", "p/page.html": "<html>", "secret.js": "secret",
        ] {
            let url = root.appending(path: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        try await body(PackageFiles("p", in: root.appending(path: "p").path(percentEncoded: false)), root)
    }

    @Test func `a script is served, and not again to who has it`() async throws {
        try await withPackage { files, _ in
            try await withService(routes: { files.add(to: $0) }) { port, _ in
                func get(_ path: String, _ header: String = "") async throws -> RawSocket.Response {
                    let socket = try RawSocket(port: port)
                    try await socket.write(
                        "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(header)Connection: close\r\n\r\n")
                    return try await socket.readResponse()
                }
                let script = try await get("/p/core/rfb.js")
                #expect(script.status == 200 && script.body == "export {}")
                #expect(script.headers["content-type"] == "text/javascript; charset=utf-8")
                let tag = try #require(script.headers["etag"])
                #expect(try await get("/p/core/rfb.js", "If-None-Match: \(tag)\r\n").status == 304)
                #expect(try await get("/p/app.mjs").status == 200)
                for path in ["/p/page.html", "/p/../secret.js", "/p/%2e%2e/secret.js", "/p/core/", "/p/", "/p"] {
                    let status = try await get(path).status
                    #expect(status == 404, "\(path)")
                }
            }
        }
    }

    @Test func `a package that is removed while the hub runs is not found`() async throws {
        try await withPackage { files, root in
            try FileManager.default.removeItem(at: root)
            try await withService(routes: { files.add(to: $0) }) { port, _ in
                let socket = try RawSocket(port: port)
                try await socket.write("GET /p/app.mjs HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                #expect(try await socket.readResponse().status == 404)
            }
        }
    }

    @Test func `a package that is not installed serves nothing`() {
        #expect(!PackageFiles("p", in: "/nowhere/at/all").isInstalled)
    }
}
