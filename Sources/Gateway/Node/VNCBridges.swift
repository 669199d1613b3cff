import Logging
import Signaling
import Synchronization

/// The bridges to one RFB server: so many and no more.
final class VNCBridges: Sendable {
    /// The most bridges at a time: QEMU encodes the picture for each of them anew.
    static let limit = 4

    private let desk: ControlDesk
    private let logger: Logger
    private let open = Mutex(0)

    init(desk: ControlDesk, logger: Logger) {
        self.desk = desk
        self.logger = logger
    }

    /// How many there are.
    var count: Int { open.withLock { $0 } }

    /// Serves a viewer's socket to its end.
    /// - Parameter address: where the server is; `nil` where there is none.
    func serve(_ socket: WebSocketConnection, _ request: RequestInfo, address: VNCAddress?) async {
        guard let address else { return refuse(socket, .noServer) }
        let isAdmitted = open.withLock { open in
            guard open < Self.limit else { return false }
            open += 1
            return true
        }
        guard isAdmitted else { return refuse(socket, .tooMany(Self.limit)) }
        defer { open.withLock { $0 -= 1 } }
        var logger = logger
        logger[metadataKey: "request"] = "\(CorrelationID.given(in: request.headers) ?? CorrelationID.make())"
        await VNCBridge(
            socket: socket, address: address, desk: desk, terms: .init(request), logger: logger
        ).run()
    }

    private func refuse(_ socket: WebSocketConnection, _ end: VNCBridgeEnd) {
        socket.close(code: end.code, reason: end.description)
    }
}
