import ArgumentParser
import Foundation

/// What all measuring commands share.
enum Measurement {
    /// The absolute path of the loco program.
    ///
    /// - Throws: `BenchError.missingProgram`.
    static func program(_ path: String) throws -> String {
        guard FileManager.default.isExecutableFile(atPath: path) else { throw BenchError.missingProgram(path) }
        return URL(fileURLWithPath: path).path
    }

    /// Runs the work so that Ctrl-C and SIGTERM cancel it and what it started is ended.
    ///
    /// - Throws: `ExitCode(130)` when it was cut short by a signal, else what the work throws.
    static func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
        // The HTTP client would send even requests to this machine through a proxy of the environment.
        setenv("no_proxy", "127.0.0.1", 1)
        StopRequest.install()
        let work = Task { try await body() }
        let watcher = Task {
            while !StopRequest.isRaised { try await Task.sleep(for: .milliseconds(100)) }
            work.cancel()
        }
        let result = await work.result
        watcher.cancel()
        _ = await watcher.result
        // Whatever failed after that failed because of it.
        if StopRequest.isRaised { throw ExitCode(130) }
        try result.get()
    }
}
