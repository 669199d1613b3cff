import Foundation
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct StaticPagesTests {
    private func pages() throws -> StaticPages {
        let root = FileManager.default.temporaryDirectory.appending(path: "loco-pages-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        for (path, text) in [
            "Web/dashboard/index.html": "<!doctype html>", "Web/dashboard/main.js": "export {}",
            "Web/shared/a.css": "a{}",
            "Web/shared/i.svg": "<svg/>", "Web/vr/index.html": "vr", "Web/shared/.hidden": "no", "secret.txt": "secret",
        ] {
            let url = root.appending(path: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        try FileManager.default.createSymbolicLink(
            at: root.appending(path: "Web/shared/link.txt"), withDestinationURL: root.appending(path: "secret.txt"))
        return try StaticPages(directory: root.appending(path: "Web"))
    }

    @Test func `the dashboard's files are served with their types and a policy for pages`() async throws {
        try await withHub(pages: pages()) { hub in
            let page = try await hub.get("/")
            #expect(page.status == 200 && page.text == "<!doctype html>")
            #expect(page.headers.first(name: "Content-Type") == "text/html; charset=utf-8")
            #expect(page.headers.first(name: "Content-Security-Policy")?.contains("default-src 'self'") == true)
            #expect(page.headers.first(name: "X-Content-Type-Options") == "nosniff")
            #expect(
                try await hub.get("/dashboard/main.js").headers.first(name: "Content-Type")
                    == "text/javascript; charset=utf-8")
            #expect(try await hub.get("/shared/a.css").headers.first(name: "Content-Type") == "text/css; charset=utf-8")
            #expect(try await hub.get("/shared/i.svg").headers.first(name: "Content-Type") == "image/svg+xml")
        }
    }

    @Test func `the VR wall has the same API at a port of its own`() async throws {
        try await withHub(pages: pages()) { hub in
            let vr = try #require(hub.hub.vr)
            let port = try await vr.boundPort
            let wall = HubFixture(hub: hub.hub, provider: hub.provider, port: port)
            #expect(try await wall.get("/").text == "vr")
            #expect(try await wall.get("/shared/a.css").status == 200)
            #expect(try await wall.get("/dashboard/main.js").status == 404)
            #expect(try await wall.get("/api/instances").text == "[]")
            let socket = try await wall.signal()
            let pong = try await socket.ask(#"{"type":"__ping","ts":1}"#)
            #expect(pong?["type"]?.string == "__pong")
            for front in [hub, wall] {
                let ports = try await front.get("/api/config/pages").json
                #expect(ports?["dashboard"]?["port"]?.number == Double(hub.port))
                #expect(ports?["vr"]?["port"]?.number == Double(port))
            }
        }
    }

    @Test func `public addresses that are set are told beside the ports, and others are null`() async throws {
        let set = ["LOCO_VR_URL": "https://vr.example.org/", "LOCO_HUB_URL": "https://loco.example.org/"]
        for (settings, wall, dashboard) in [
            (set, JSONValue.string("https://vr.example.org/"), JSONValue.string("https://loco.example.org/")),
            ([:], .null, .null),
        ] {
            try await withHub(pages: pages(), settings: settings) { hub in
                let told = try await hub.get("/api/config/pages").json
                #expect(told?["vr"]?["url"] == wall && told?["dashboard"]?["url"] == dashboard)
            }
        }
    }

    @Test(arguments: ["javascript:alert(1)", "vr.example.org", "https://me:secret@vr.example.org/", "https:///"])
    func `what is no page's address is refused`(text: String) {
        #expect(throws: ConfigurationError.self) { try ResolvedConfiguration(environment: ["LOCO_VR_URL": text]) }
    }

    @Test func `without a VR wall there is none`() async throws {
        try await withHub(pages: pages(), settings: ["LOCO_VR_ENABLED": "false"]) { hub in
            #expect(hub.hub.vr == nil)
            let ports = try await hub.get("/api/config/pages").json
            #expect(ports?["vr"] == .null)
        }
    }

    @Test func `a page that is known already is answered with 304`() async throws {
        try await withHub(pages: pages()) { hub in
            let tag = try await hub.get("/dashboard/main.js").headers.first(name: "ETag") ?? ""
            let again = try await hub.send(.GET, "/dashboard/main.js", headers: [("If-None-Match", tag)])
            #expect(again.status == 304 && again.text.isEmpty)
            #expect(try await hub.send(.GET, "/dashboard/main.js", headers: [("If-None-Match", "\"x\"")]).status == 200)
        }
    }

    @Test(arguments: [
        "/../secret.txt", "/shared/../../secret.txt", "/%2e%2e/secret.txt", "/shared/%2e%2e%2f%2e%2e%2fsecret.txt",
        "/shared/..%5c..%5csecret.txt", "//etc/passwd", "/shared/link.txt", "/shared/.hidden", "/shared", "/shared/",
        "/vr/index.html", "/shared/a.css%00.html", "/main.js",
    ])
    func `nothing but a listed file is found`(path: String) async throws {
        try await withHub(pages: pages()) { hub in
            let socket = try RawSocket(port: hub.port)
            try await socket.write("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            let response = try await socket.readResponse()
            #expect(response.status == 404)
            #expect(!response.body.contains("secret\n"))
        }
    }
}
