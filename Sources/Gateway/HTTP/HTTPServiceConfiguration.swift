import NIOSSL

/// Where and how an ``HTTPService`` listens.
struct HTTPServiceConfiguration: Sendable {
    /// The address to bind.
    var host = "127.0.0.1"
    /// The port to bind; 0 takes any free one, see ``HTTPService/boundPort``.
    var port = 0
    /// The name of the setting that holds the port, for the error that says it is in use.
    var portSetting = "port"
    /// Who may talk to it.
    var access = AccessPolicy()
    /// How long requests and sockets may take to end at shutdown before they are cut.
    var shutdownDeadline: Duration = .seconds(10)
    /// How long a connection may be silent between requests or in the middle of one.
    var idleTimeout: Duration = .seconds(75)
    /// TLS, `nil` for plain HTTP.
    var tls: TLSConfiguration?
}
