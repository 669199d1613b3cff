import Hummingbird
import NIOCore

/// What every route of Loco knows of its request.
struct LocoRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The request's id, in its log lines and its response. Hummingbird's own is read back from the logger, and would
    /// stop the program with a log handler that keeps no metadata.
    var requestID = CorrelationID.make() { didSet { logger[metadataKey: "request"] = "\(requestID)" } }
    /// What the caller may do; told by ``AccessMiddleware``, and the least until then.
    var scope = AccessScope.view
    /// The peer's address, as `127.0.0.1:12345`.
    let remoteAddress: String?
    /// The loop of the connection that the request came by.
    let eventLoop: any EventLoop

    init(source: ApplicationRequestContextSource) {
        remoteAddress = source.channel.remoteAddress.flatMap { address in
            address.ipAddress.map { "\($0):\(address.port ?? 0)" }
        }
        eventLoop = source.channel.eventLoop
        coreContext = .init(source: source)
        logger[metadataKey: "hb.request.id"] = nil
        logger[metadataKey: "request"] = "\(requestID)"
    }
}
