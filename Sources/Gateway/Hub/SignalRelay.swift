import Logging
import Probe
import Signaling
import Synchronization

/// The hub's `/signal`: passes what clients and nodes say to each other, so that a client needs one socket for all
/// guests and no address but the hub's.
final class SignalRelay: Sendable {
    /// What passes now, and has passed.
    struct Counts: Encodable, Sendable, Equatable {
        /// Clients with an open socket.
        var clients = 0
        /// Upstream sockets to nodes, open or being opened.
        var upstreams = 0
        /// Messages taken from clients since the start.
        var messages = 0
    }

    private let registry: InstanceRegistry
    private let client: NodeClient
    private let logger: Logger
    private let state = Mutex(Counts())
    private let said = Mutex(SignalTally())
    private let sessions = DurationHistogram(bounds: DurationHistogram.sessionBounds)

    init(registry: InstanceRegistry, client: NodeClient, logger: Logger) {
        self.registry = registry
        self.client = client
        self.logger = logger
    }

    /// The counts now.
    var counts: Counts { state.withLock { $0 } }

    /// What was said since the start.
    var tally: SignalTally { said.withLock { $0 } }

    /// How long clients' sockets were open that have closed.
    var sessionTimes: DurationHistogram.Reading { sessions.reading }

    /// The route.
    var route: WebSocketRoute {
        WebSocketRoute(path: "/signal") { socket, request in
            await self.serve(
                socket, CorrelationID.given(in: request.headers) ?? CorrelationID.make(), request.scope.forViewers)
        }
    }

    private func serve(_ socket: WebSocketConnection, _ requestID: String, _ access: ViewerAccess) async {
        state.withLock { $0.clients += 1 }
        let start = ContinuousClock.now
        defer {
            state.withLock { $0.clients -= 1 }
            sessions.record(UInt64(max(0, (ContinuousClock.now - start) / .nanoseconds(1))))
        }
        let session = RelaySession(
            socket: socket, requestID: requestID, access: access, registry: registry, client: client, logger: logger,
            count: { [self] part in said.withLock { $0 += part } })
        await withDiscardingTaskGroup { group in
            for await text in socket.messages {
                state.withLock { $0.messages += 1 }
                for target in await session.receive(text) {
                    group.addTask {
                        self.state.withLock { $0.upstreams += 1 }
                        await session.serve(target)
                        self.state.withLock { $0.upstreams -= 1 }
                    }
                }
            }
            await session.end()
        }
    }
}
