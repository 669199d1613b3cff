import Fleet
import Logging
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct InstanceRegistryTests {
    private struct BoardSource: InstanceSource {
        let board = InstanceBoard()
        func updates() -> AsyncStream<[Instance]> { board.updates() }
    }

    private struct Refused: Error {}

    private static func instances(_ count: Int) -> [Instance] {
        (0..<count).map { Instance(id: InstanceID(ordinal: $0), name: "x", status: .ready) }
    }

    @Test func `nothing is scaled before it is known what there is, nor by a source that cannot`() async throws {
        let source = BoardSource()
        var discovery = InstanceDiscovery(kind: "local", source: source)
        let logger = Logger(label: "test")
        await #expect { try await InstanceRegistry(discovery: discovery, logger: logger).scale(to: 2) } throws: {
            ($0 as? APIError)?.code == "not-scalable"
        }
        discovery.scale = { _ in Issue.record("scaled") }
        // The source has told nothing, so that waiting for what it says would have no end.
        await #expect { try await InstanceRegistry(discovery: discovery, logger: logger).scale(to: 2) } throws: {
            ($0 as? APIError)?.code == "starting"
        }
    }

    @Test func `who goes by scaling is told so, and not after a scaling that failed`() async throws {
        let source = BoardSource()
        source.board.publish(Self.instances(3))
        var discovery = InstanceDiscovery(kind: "local", source: source)
        discovery.scale = { source.board.publish(Self.instances($0)) }
        let registry = InstanceRegistry(discovery: discovery, logger: Logger(label: "test"))
        await registry.apply(Self.instances(3))
        let result = try await registry.scale(to: 1)
        #expect(result == (3, 1))
        #expect(await registry.goneReason.contains("from 3 to 1"))

        discovery.scale = { _ in throw Refused() }
        let other = InstanceRegistry(discovery: discovery, logger: Logger(label: "test"))
        await other.apply(Self.instances(3))
        await #expect(throws: Refused.self) { try await other.scale(to: 1) }
        #expect(await other.goneReason == "it was taken away")
    }
}
