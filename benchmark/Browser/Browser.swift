import Foundation

/// A Chromium without a window, started for a measurement.
enum Browser {
    /// For errors.
    static let name = "Chromium"
    private static let usualPrograms = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]

    /// The program to start.
    ///
    /// - Parameter wish: the user's; nil looks for one in `PATH`.
    /// - Returns: nil where there is none.
    /// - Throws: `BenchError.missingBrowser` where the user's is none.
    static func program(_ wish: String?) throws -> String? {
        if let wish {
            guard FileManager.default.isExecutableFile(atPath: wish) else { throw BenchError.missingBrowser(wish) }
            return URL(fileURLWithPath: wish).path
        }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return usualPrograms.lazy.flatMap { name in folders.map { "\($0)/\(name)" } }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Starts it, lends its page and ends it, whatever happens.
    ///
    /// - Throws: `BenchError.childFailed`, and what `body` throws.
    static func with<R>(_ program: String, _ body: (BrowserPage) async throws -> R) async throws -> R {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("loco-bench-browser-\(getpid())")
            .path
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        let process = ChildProcess(name, [program] + arguments(folder: folder), isQuiet: true)
        let outcome: Result<R, any Error>
        do {
            try process.start()
            let (port, path) = try await address(in: folder, of: process)
            let page = try await BrowserPage.attach(port: port, path: path)
            defer { page.close() }
            outcome = .success(try await body(page))
        } catch { outcome = .failure(error) }
        await process.stop()
        // In a task of its own: it must not be cut short when the measurement is.
        await Task { await remove(folder) }.value
        return try outcome.get()
    }

    /// Its helpers may still write for a moment.
    private static func remove(_ folder: String) async {
        let deadline = ContinuousClock.now + .seconds(5)
        while FileManager.default.fileExists(atPath: folder), ContinuousClock.now < deadline {
            try? FileManager.default.removeItem(atPath: folder)
            try? await Task.sleep(for: .milliseconds(20))
        }
        if FileManager.default.fileExists(atPath: folder) { ProgressLine.show("\(folder) could not be removed") }
    }

    private static func arguments(folder: String) -> [String] {
        [
            "--headless", "--remote-debugging-port=0", "--user-data-dir=\(folder)", "--no-first-run",
            "--no-default-browser-check", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--disable-extensions",
            // Sound without a click, and WebRTC on 127.0.0.1 by its address.
            "--autoplay-policy=no-user-gesture-required", "--allow-loopback-in-peer-connection",
            "--disable-features=WebRtcHideLocalIpsWithMdns",
        ] + (getuid() == 0 ? ["--no-sandbox"] : []) + ["about:blank"]
    }

    /// Where it listens: the browser writes it into its folder once it does.
    private static func address(in folder: String, of process: ChildProcess) async throws -> (port: Int, path: String) {
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            let lines =
                FileManager.default.contents(atPath: folder + "/DevToolsActivePort")
                .map { String(decoding: $0, as: UTF8.self).split(separator: "\n") } ?? []
            if lines.count >= 2, let port = Int(lines[0]) { return (port, String(lines[1])) }
            guard process.isRunning else { throw BenchError.childFailed(what: name, reason: "it ended at its start") }
            guard ContinuousClock.now < deadline else {
                throw BenchError.childFailed(what: name, reason: "it listens nowhere after 20 s")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
