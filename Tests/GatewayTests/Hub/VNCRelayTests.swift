import Fleet
import Foundation
import NIOCore
import Probe
import Testing

@testable import Gateway

/// Bridges of instances without a node, which the hub makes itself by the same means as a node.
@Suite(.timeLimit(.minutes(1)))
struct VNCRelayTests {
    private static let handshake = Array("RFB 003.008\n".utf8) + [1, 0]
    /// As it is passed on: never for the guest alone.
    private static let shared = Array("RFB 003.008\n".utf8) + [1, 1]

    private func withBridge(_ body: @escaping @Sendable (HubFixture, FakeRFB) async throws -> Void) async throws {
        try await withRFB { server in
            try await withHub { hub in
                hub.provider.set(vnc: [("old-0", "vnc://127.0.0.1:\(server.port)"), ("old-1", "ws://127.0.0.1:1")])
                try await eventually("it is known") { await hub.hub.registry.find("old-0") != nil }
                try await body(hub, server)
            }
        }
    }

    private func open(_ hub: HubFixture, _ query: String = "") async throws -> WebSocketConnection {
        let socket = try await WebSocketClient.connect(
            url: "ws://127.0.0.1:\(hub.port)/proxy/vnc/old-0\(query)", limits: .bytes)
        _ = await socket.send(ByteBuffer(bytes: Self.handshake))
        return socket
    }

    @Test func `the bridge greets, passes on, and lets go of what is held at its end`() async throws {
        try await withBridge { hub, server in
            #expect(
                try await hub.get("/api/instances/old-0").json?["vncUrl"]?.string == "/proxy/vnc/old-0")
            #expect(try await hub.get("/api/instances/old-1").json?["vncUrl"] == .null)
            let socket = try await open(hub)
            let messages = socket.bytes.makeAsyncIterator()
            #expect(await messages.next() == ByteBuffer(string: "RFB 003.008\n"))
            _ = await socket.send(ByteBuffer(bytes: [4, 1, 0, 0, 0, 0, 0, 0x61, 255, 1, 0, 0]))
            try await eventually("the key came, and not the wish for sound") {
                server.received == Self.shared + [4, 1, 0, 0, 0, 0, 0, 0x61]
            }
            server.forget()
            socket.close()
            try await eventually("the key was let go of, then the connection ended") { server.ends == 1 }
            #expect(server.received == [4, 0, 0, 0, 0, 0, 0, 0x61])
        }
    }

    @Test func `what is not RFB ends the bridge with the reason, and what is held is let go of`() async throws {
        try await withBridge { hub, server in
            let socket = try await open(hub)
            _ = await socket.send(ByteBuffer(bytes: [5, 1, 0, 1, 0, 1]))
            try await eventually("the button came") { server.received.count == Self.shared.count + 6 }
            server.forget()
            _ = await socket.send(ByteBuffer(bytes: [99]))
            for await _ in socket.bytes {}
            #expect(socket.closeReason == .peer(code: 1008))
            #expect(socket.closeText == "unknown RFB message type 99")
            try await eventually("it ended") { server.ends == 1 }
            #expect(server.received == [5, 0, 0, 1, 0, 1])
        }
    }

    @Test func `of two one has control, and a third may take it`() async throws {
        try await withBridge { hub, server in
            let (first, second) = (try await open(hub), try await open(hub))
            try await eventually("both are there") { server.received.count == 2 * Self.shared.count }
            server.forget()
            _ = await first.send(ByteBuffer(bytes: [4, 1, 0, 0, 0, 0, 0, 0x61]))
            try await eventually("the first one's key came") { server.received.count == 8 }
            // Not its input, and yet what it asks for.
            _ = await second.send(ByteBuffer(bytes: [4, 1, 0, 0, 0, 0, 0, 0x62, 5, 1, 0, 0, 0, 0, 2, 0, 0, 0]))
            try await eventually("the second one's encodings came") { server.received.count == 12 }
            #expect(server.received.suffix(4) == [2, 0, 0, 0])
            server.forget()
            let third = try await open(hub, "?control=take")
            try await eventually("the first one's key is let go of") {
                server.received.contains([4, 0, 0, 0, 0, 0, 0, 0x61])
            }
            let view = try await open(hub, "?control=take&view=1")
            try await eventually("all are there") { server.connections == 4 }
            try await eventually("and have shaken hands") { server.received.count == 8 + 2 * Self.shared.count }
            server.forget()
            for socket in [first, second, view] {
                _ = await socket.send(ByteBuffer(bytes: [4, 1, 0, 0, 0, 0, 0, 0x63, 6, 0, 0, 0, 0, 0, 0, 0]))
            }
            _ = await third.send(ByteBuffer(bytes: [4, 1, 0, 0, 0, 0, 0, 0x64]))
            try await eventually("the third one's key came") { !server.received.isEmpty }
            try await Task.sleep(for: .milliseconds(100))
            #expect(server.received == [4, 1, 0, 0, 0, 0, 0, 0x64])
            let fifth = try await WebSocketClient.connect(
                url: "ws://127.0.0.1:\(hub.port)/proxy/vnc/old-0", limits: .bytes)
            for await _ in fifth.bytes {}
            #expect(fifth.closeReason == .peer(code: 1013))
            for socket in [first, second, third, view] { socket.close() }
        }
    }

    @Test func `why there is no bridge, or no more of it, is told`() async throws {
        try await withBridge { hub, server in
            func end(_ id: String) async throws -> String {
                let socket = try await WebSocketClient.connect(
                    url: "ws://127.0.0.1:\(hub.port)/proxy/vnc/\(id)", limits: .bytes)
                for await _ in socket.bytes {}
                guard case .peer(let code) = socket.closeReason else { return "lost" }
                return "\(code) \(socket.closeText)"
            }
            #expect(try await end("nobody") == "4404 there is no instance 'nobody'")
            // An address that is no RFB server's is never connected to.
            #expect(try await end("old-1").hasPrefix("1011 this guest has no VNC server"))
            let socket = try await open(hub)
            try await eventually("it is there") { server.connections == 1 }
            server.hangUp()
            for await _ in socket.bytes {}
            #expect(socket.closeReason == .peer(code: 1011))
            #expect(socket.closeText == "the guest's VNC server closed the connection")
            await server.close()
            #expect(try await end("old-0").hasPrefix("1011 the guest's VNC server cannot be reached"))
        }
    }

    @Test func `a node is told what its viewer may do and wishes, and its reason reaches the viewer`() async throws {
        let node = FakeNode()
        let settings = ["LOCO_TOKEN": "admin-admin-admin", "LOCO_VIEW_TOKEN": "view-view-view"]
        try await withHub(nodes: [node], settings: settings) { hub in
            for (token, query) in [("admin-admin-admin", "?view=1&x=2"), ("view-view-view", "?control=take&token=no")] {
                let socket = try await WebSocketClient.connect(
                    url: "ws://127.0.0.1:\(hub.port)/proxy/vnc/instance-0\(query)",
                    headers: [.authorization: "Bearer \(token)"], limits: .bytes)
                let messages = socket.bytes.makeAsyncIterator()
                _ = await socket.send(ByteBuffer(bytes: [1, 0, 255]))
                #expect(await messages.next() == ByteBuffer(bytes: [1, 0, 255]))
                _ = await socket.send(ByteBuffer(bytes: [9]))
                #expect(await messages.next() == nil)
                #expect(socket.closeReason == .peer(code: 4001) && socket.closeText == "that was nine")
            }
            #expect(
                node.state.withLock { $0.bridges } == [
                    "control Bearer admin-admin-admin view=1", "view Bearer admin-admin-admin control=take",
                ])
        }
    }

    @Test func `an instance has a bridge where its node measured a server`() {
        var instance = Instance(id: InstanceID("instance-0")!, name: "x")
        var state = NodeState()
        #expect(VNCRelay.path(of: instance, state: state) == nil)
        instance.streamUrl = "http://127.0.0.1:1"
        state.report = .fake()
        #expect(VNCRelay.path(of: instance, state: state) == nil)
        state.report?.deepHealth.video.vncAvailable = true
        #expect(VNCRelay.path(of: instance, state: state) == "/proxy/vnc/instance-0")
        state.failure = .silent
        #expect(VNCRelay.path(of: instance, state: state) == nil)
        // What the file says of a server is not used behind the back of a node.
        instance.vncUrl = "vnc://10.0.0.1"
        #expect(VNCRelay.path(of: instance, state: state) == nil)
    }

    @Test(arguments: [
        ("vnc://10.0.0.1:5901", "10.0.0.1:5901"), ("VNC://h", "h:5900"), ("10.0.0.1:5902", "10.0.0.1:5902"),
        ("vnc://[::1]:5901/", "[::1]:5901"), ("ws://10.0.0.1:80", nil), ("http://10.0.0.1:80/x", nil), ("h", nil),
        ("vnc://h:1/etc", nil), ("vnc://u@h:1", nil), ("h:0", nil), ("h:65536", nil), ("", nil), ("unix:/run/x", nil),
    ])
    func `an address is an RFB server's or nothing`(text: String, expected: String?) {
        #expect(VNCAddress(text)?.description == expected)
    }
}
