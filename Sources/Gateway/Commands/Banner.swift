/// What a role prints on standard output once it serves.
enum Banner {
    /// - Parameters:
    ///   - hub: it is waited for until it listens.
    ///   - lines: what else there is to tell, name and text.
    /// - Throws: ``ListenError``.
    static func show(_ configuration: LocoConfiguration, _ hub: Hub, lines: [(String, String)]) async throws {
        let host = configuration.hub.host
        let shown = host == "0.0.0.0" || host == "::" ? "127.0.0.1" : host.contains(":") ? "[\(host)]" : host
        // The token itself is not printed: the terminal may be recorded.
        let scheme = configuration.tls == nil ? "http" : "https"
        func url(_ port: Int) -> String {
            "\(scheme)://\(shown):\(port)/" + (configuration.token == nil ? "" : "?token=<your token>")
        }
        var all = [("Dashboard", url(try await hub.http.boundPort))]
        if let vr = hub.vr { all.append(("VR wall", url(try await vr.boundPort))) }
        all += lines + [("Stop", "Ctrl-C")]
        let width = all.map(\.0.count).max() ?? 0
        print("\nLoco \(BuildVersion.number) is running")
        for (name, text) in all {
            print("  \(name)\(String(repeating: " ", count: width - name.count))  \(text)")
        }
        print("")
        // A pipe would hold it back.
        flushStandardOutput()
    }
}
