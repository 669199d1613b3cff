/// What a role prints on standard output once it serves.
enum Banner {
    /// - Parameter lines: what else there is to tell, name and text.
    static func show(_ configuration: LocoConfiguration, port: Int, lines: [(String, String)]) {
        let host = configuration.hub.host
        let shown = host == "0.0.0.0" || host == "::" ? "127.0.0.1" : host.contains(":") ? "[\(host)]" : host
        // The token itself is not printed: the terminal may be recorded.
        let scheme = configuration.tls == nil ? "http" : "https"
        let url = "\(scheme)://\(shown):\(port)/" + (configuration.token == nil ? "" : "?token=<your token>")
        let all = [("Dashboard", url)] + lines + [("Stop", "Ctrl-C")]
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
