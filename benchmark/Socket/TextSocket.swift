import NIOCore
import NIOPosix
import NIOWebSocket
import Synchronization

/// A WebSocket to a server of this machine that speaks in texts.
final class TextSocket: Sendable {
    private let channel: any Channel
    private let state: State

    /// What the channel's thread writes.
    private final class State: Sendable { let isOpen = Atomic<Bool>(true) }

    private init(channel: any Channel, state: State) {
        self.channel = channel
        self.state = state
    }

    /// Connects and shakes hands.
    ///
    /// - Parameters:
    ///   - path: what is asked for, such as `/signal`.
    ///   - seconds: for each of both.
    ///   - onText: gets what comes, on the channel's thread.
    /// - Throws: `BenchError.noSocket` where the server refuses, and what keeps it from being reached.
    static func open(
        port: Int, path: String, within seconds: Int, onText: @escaping @Sendable (String) -> Void
    ) async throws -> TextSocket {
        let state = State()
        let (channel, upgraded) = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(Int64(seconds)))
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let upgraded = try WebSocketUpgrade.begin(channel, port: port, path: path) { channel in
                        try channel.pipeline.syncOperations.addHandler(
                            WebSocketTexts(
                                onText: onText, onEnd: { state.isOpen.store(false, ordering: .relaxed) }))
                    }
                    return (channel, upgraded)
                }
            }
        let cut = channel.eventLoop.scheduleTask(in: .seconds(Int64(seconds))) { channel.close(promise: nil) }
        defer { cut.cancel() }
        do { try await upgraded.get() } catch {
            channel.close(promise: nil)
            throw error
        }
        return TextSocket(channel: channel, state: state)
    }

    /// Whether the socket is open.
    var isOpen: Bool { state.isOpen.load(ordering: .relaxed) }

    /// Sends a text.
    func send(_ text: some Sequence<UInt8>) async throws {
        let data = ByteBuffer(bytes: text)
        try await channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: data))
    }

    /// Says that it ends, waits a second for the server's word, and ends.
    func close() async {
        var code = ByteBuffer()
        code.writeInteger(UInt16(1000))
        try? await channel.writeAndFlush(
            WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: code))
        // The server answers the closing and ends the connection; one that does not is ended here.
        let deadline = ContinuousClock.now + .seconds(1)
        while isOpen, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(10)) }
        cut()
    }

    /// Ends the connection without a word.
    func cut() { channel.close(promise: nil) }
}
