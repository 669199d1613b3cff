import NIOCore
import NIOPosix
import Synchronization

/// A connection to QEMU's control socket.
///
/// Commands are sent in the order in which they are given, from whatever thread: every call hands its command to
/// the connection's one event loop before it returns or suspends. A client whose connection has ended stays closed;
/// a restarted QEMU gets a new client.
public final class QMPClient: Sendable {
    /// QEMU's version, "7.2.22".
    public let version: String
    /// What QEMU reports by itself, the newest 128 if nobody reads. One reader. Ends with the connection.
    public let events: AsyncStream<QMPEvent>

    private let channel: any Channel

    private init(channel: any Channel, version: String, events: AsyncStream<QMPEvent>) {
        self.channel = channel
        self.version = version
        self.events = events
    }

    /// Connects, waits for the greeting and leaves the negotiation mode.
    ///
    /// - Parameters:
    ///   - path: the UNIX socket of QEMU's `-qmp unix:...,server=on`.
    ///   - deadline: for all of it.
    /// - Throws: `QMPError.cannotConnect`, `.timedOut`, `.malformed`.
    public static func connect(
        path: String, deadline: Duration = .seconds(5),
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws -> QMPClient {
        let loop = group.next()
        let greeting = loop.makePromise(of: String.self)
        let (events, continuation) = AsyncStream<QMPEvent>.makeStream(bufferingPolicy: .bufferingNewest(128))
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: loop)
                .connectTimeout(.init(deadline))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            QMPHandler(greeting: greeting, events: continuation))
                    }
                }
                .connect(unixDomainSocketPath: path).get()
        } catch {
            greeting.fail(QMPError.closed)
            continuation.finish()
            throw QMPError.cannotConnect(path: path, reason: "\(error)")
        }
        let timeout = loop.scheduleTask(in: .init(deadline)) {
            greeting.fail(QMPError.timedOut(command: "the greeting", after: deadline))
        }
        do {
            let version = try await greeting.futureResult.get()
            timeout.cancel()
            let client = QMPClient(channel: channel, version: version, events: events)
            try await client.execute("qmp_capabilities", deadline: deadline)
            return client
        } catch {
            timeout.cancel()
            try? await channel.close()
            throw error
        }
    }

    /// False once the connection has ended.
    public var isOpen: Bool { channel.isActive }

    /// Sends a command and returns its result.
    ///
    /// - Throws: `QMPError`.
    @discardableResult
    public func execute(
        _ command: String, _ arguments: QMPValue? = nil, deadline: Duration = .seconds(5)
    ) async throws -> QMPValue {
        let promise = channel.eventLoop.makePromise(of: QMPValue.self)
        let request = QMPRequest(command: command, arguments: arguments, deadline: deadline, promise: promise)
        channel.writeAndFlush(request).whenFailure { error in
            promise.fail(error as? QMPError ?? QMPError.closed)
        }
        return try await promise.futureResult.get()
    }

    /// Sends input to the guest and waits until QEMU has taken it. All events of one call take effect together.
    public func inputSendEvent(_ events: [InputEvent]) async throws {
        guard !events.isEmpty else { return }
        try await execute("input-send-event", InputEvent.arguments(events))
    }

    /// Sends input to the guest without waiting; for callers that may not suspend. Input for a QEMU that is gone,
    /// or that has 256 commands unanswered, is dropped.
    ///
    /// - Parameters:
    ///   - onTaken: called on the event loop once QEMU says that it has handed the events to the guest's devices, with
    ///     the time then: nanoseconds of `CLOCK_MONOTONIC`.
    ///   - onDrop: called on the event loop instead where QEMU did not take them.
    public func post(
        _ events: [InputEvent], onTaken: (@Sendable (UInt64) -> Void)? = nil,
        onDrop: (@Sendable (QMPError) -> Void)? = nil
    ) {
        guard !events.isEmpty else { return }
        var promise: EventLoopPromise<QMPValue>?
        if onTaken != nil || onDrop != nil {
            let made = channel.eventLoop.makePromise(of: QMPValue.self)
            made.futureResult.whenComplete { result in
                switch result {
                case .success: onTaken?(MonotonicClock.now())
                case .failure(let error): onDrop?(error as? QMPError ?? .closed)
                }
            }
            promise = made
        }
        let request = QMPRequest(
            command: "input-send-event", arguments: InputEvent.arguments(events), deadline: .seconds(5),
            promise: promise)
        // A closed channel fails the write without asking the handler, which would fail the promise.
        channel.writeAndFlush(request).whenFailure { [promise] in promise?.fail($0 as? QMPError ?? .closed) }
    }

    /// "running", "paused", "shutdown", "internal-error" ... as QEMU's `query-status` says.
    public func runState() async throws -> String {
        try await execute("query-status")["status"]?.string ?? "unknown"
    }

    /// Ends the connection; what waits fails with `QMPError.closed`.
    public func close() async {
        try? await channel.close()
    }
}
