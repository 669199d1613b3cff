import Fleet
import Foundation
import Synchronization

@testable import Gateway

/// Instances as a test wants them.
final class FakeSource: InstanceSource {
    struct Broken: Error, CustomStringConvertible {
        let description = "the file is gone"
    }

    private struct State {
        var instances: [Instance] = []
        var readers: [AsyncStream<[Instance]>.Continuation] = []
        var isBroken = false
    }

    private let state = Mutex(State())

    var discovery: InstanceDiscovery { discovery(owner: nil) }

    func discovery(owner: NodeOwner?) -> InstanceDiscovery {
        InstanceDiscovery(kind: "static", source: self, owner: owner) { [self] in
            if state.withLock({ $0.isBroken }) { throw Broken() }
        }
    }

    func updates() -> AsyncStream<[Instance]> {
        let (stream, continuation) = AsyncStream.makeStream(of: [Instance].self, bufferingPolicy: .bufferingNewest(1))
        state.withLock {
            continuation.yield($0.instances)
            $0.readers.append(continuation)
        }
        return stream
    }

    func set(_ nodes: [(id: String, url: String?)]) {
        let instances = nodes.map { node in
            var instance = Instance(
                id: InstanceID(node.id)!, name: "Guest", status: .booting, discoveredAt: Date(timeIntervalSince1970: 0))
            instance.streamUrl = node.url
            return instance
        }
        set(instances)
    }

    /// Instances that have an RFB server and no node.
    func set(vnc servers: [(id: String, url: String)]) {
        set(
            servers.map { server in
                var instance = Instance(id: InstanceID(server.id)!, name: "Guest")
                instance.vncUrl = server.url
                return instance
            })
    }

    private func set(_ instances: [Instance]) {
        state.withLock { state in
            state.instances = instances
            for reader in state.readers { reader.yield(instances) }
        }
    }

    func breakDown() { state.withLock { $0.isBroken = true } }
}
