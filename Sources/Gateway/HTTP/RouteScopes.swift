/// The scope that each route of hub and node needs, by its method and its path as it was added.
///
/// Reading needs ``AccessScope/view`` unless it is named here. What changes something is named here, all of it: a test
/// fails for a route that is not. One that was forgotten nevertheless needs ``AccessScope/admin``.
enum RouteScopes {
    static let named: [String: AccessScope] = [
        // Watching: a session is the viewer's own.
        "POST /api/instances/{id}/whep": .view,
        "PATCH /api/instances/{id}/whep/{session}": .view,
        "DELETE /api/instances/{id}/whep/{session}": .view,
        "POST /whep": .view,
        "PATCH /whep/{session}": .view,
        "DELETE /whep/{session}": .view,

        "POST /api/instances/{id}/input": .control,
        "POST /input": .control,
        "POST /api/active": .control,
        "PUT /focus": .admin,
        "POST /api/instances/{id}/recordings": .control,
        "POST /api/instances/{id}/recordings/{recording}/stop": .control,
        "POST /recordings": .control,
        "POST /recordings/{recording}/stop": .control,

        "DELETE /api/instances/{id}/recordings/{recording}": .admin,
        "DELETE /recordings/{recording}": .admin,
        "POST /api/instances/refresh": .admin,
        "POST /api/quality/recover/{id}": .admin,
        "POST /recover": .admin,
        "POST /services/{name}/restart": .admin,
        "POST /services/{name}/{part}/restart": .admin,
        "GET /logs": .admin,
        "POST /api/instances/scale": .admin,

        // An agent's, where everything is for those who may do everything.
        "GET /status": .admin,
        "POST /start": .admin,
        "POST /restart": .admin,
        "POST /stop": .admin,
        "POST /stop_all": .admin,
        "POST /exec": .admin,
    ]

    /// Methods that change nothing.
    static let reading: Set<String> = ["GET", "HEAD", "OPTIONS"]

    /// What a route needs.
    /// - Parameter path: as the route was added, with `{name}` parts.
    static func scope(method: String, path: String) -> AccessScope {
        let key = (method == "HEAD" ? "GET" : method) + " " + path
        return named[key] ?? (reading.contains(method) ? .view : .admin)
    }
}
