import Hummingbird

/// What every route of Loco knows of its request.
struct LocoRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The peer's address, as `127.0.0.1:12345`.
    let remoteAddress: String?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress.flatMap { address in
            address.ipAddress.map { "\($0):\(address.port ?? 0)" }
        }
    }
}
