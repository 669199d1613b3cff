import Foundation
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct TrendRoutesTests {
    private static let path = "/api/quality/trend/instance-0"
    private static let columns = ["fps", "grabbedFps", "kbps", "level", "encodeMs", "viewers"]

    private static func lengths(_ trend: JSONValue?) -> Set<Int> {
        Set(columns.map { if case .array(let values)? = trend?[$0] { values.count } else { -1 } })
    }

    private static func last(_ trend: JSONValue?, _ column: String) -> JSONValue? {
        if case .array(let values)? = trend?[column] { values.last } else { nil }
    }

    @Test func `what a node reports is told as columns of one length, null where nothing is measured`() async throws {
        try await withHub(nodes: [FakeNode()]) { hub in
            try await eventually("two spans passed") {
                (Self.lengths(try await hub.get(Self.path).json).first ?? 0) >= 2
            }
            let trend = try await hub.get(Self.path).json
            #expect(Self.lengths(trend).count == 1)
            #expect(trend?["instanceId"] == "instance-0" && trend?["intervalMs"] == .number(2000))
            let from = try Date(trend?["from"]?.string ?? "", strategy: .iso8601)
            #expect((-15...1).contains(from.timeIntervalSinceNow))
            #expect(Self.last(trend, "fps") == .number(30) && Self.last(trend, "level") == .number(0.25))
            #expect(Self.last(trend, "viewers") == .number(0))
            for column in ["grabbedFps", "kbps", "encodeMs"] { #expect(Self.last(trend, column) == .null) }
        }
    }

    @Test func `a node that falls silent leaves a gap`() async throws {
        let node = FakeNode()
        try await withHub(nodes: [node], silence: .milliseconds(300)) { hub in
            try await eventually("it reports") {
                Self.last(try await hub.get(Self.path).json, "fps") == .number(30)
            }
            node.state.withLock { $0.telling = .nothing }
            try await eventually("the gap shows", within: .seconds(8)) {
                Self.last(try await hub.get(Self.path).json, "fps") == .null
            }
            #expect(Self.last(try await hub.get(Self.path).json, "viewers") == .null)
            node.state.withLock { $0.telling = .health }
            try await eventually("it goes on behind the gap") {
                Self.last(try await hub.get(Self.path).json, "fps") == .number(30)
            }
        }
    }

    @Test func `it goes with its instance, and one that comes under its name begins anew`() async throws {
        try await withHub(nodes: [FakeNode()]) { hub in
            #expect(try await hub.get("/api/quality/trend/instance-9").code == "unknown-instance")
            try await eventually("it reports") { Self.lengths(try await hub.get(Self.path).json) == [1] }
            let url = await hub.hub.registry.find("instance-0")?.streamUrl
            hub.provider.set([])
            try await eventually("it is gone") { try await hub.get(Self.path).code == "unknown-instance" }
            hub.provider.set([("instance-0", nil)])
            try await eventually("it is back") { try await hub.get(Self.path).status == 200 }
            let empty = try await hub.get(Self.path).json
            #expect(Self.lengths(empty) == [0] && empty?["from"] == .null)
            hub.provider.set([("instance-0", url)])
            try await eventually("it reports again") { Self.lengths(try await hub.get(Self.path).json) == [1] }
        }
    }
}
