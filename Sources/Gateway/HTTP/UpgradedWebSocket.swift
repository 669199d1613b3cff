/// A socket that came out of an HTTP connection, with the route that serves it.
struct UpgradedWebSocket: Sendable {
    let connection: WebSocketConnection
    let grant: WebSocketUpgradePolicy.Grant

    /// Serves the socket until it is closed and its handler has returned.
    func serve() async {
        let grace = grant.route.limits.handlerGrace
        await withTaskCancellationHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await grant.route.handler(connection, grant.info)
                    connection.close()
                }
                group.addTask {
                    _ = await connection.waitUntilClosed()
                    try? await Task.sleep(for: grace)
                }
                // Whichever ends first: a handler that returned closed its socket, a closed socket bounds its handler.
                await group.next()
                group.cancelAll()
            }
        } onCancel: {
            connection.close(code: 1001, reason: "the server is shutting down")
        }
    }
}
