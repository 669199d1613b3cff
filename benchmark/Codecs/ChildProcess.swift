import Foundation

/// A program that was started for a measurement and ends with it.
final class ChildProcess: Sendable {
    /// For errors, such as `Xvfb`.
    let what: String
    private let process: Process
    private let input: Pipe?

    /// - Parameters:
    ///   - environment: added to this program's own.
    ///   - input: nil for none; closed to end it.
    ///   - output: nil for nowhere.
    ///   - isQuiet: whether its complaints go nowhere, too.
    init(
        _ what: String, _ command: [String], environment: [String: String] = [:], input: Pipe? = nil,
        output: Pipe? = nil, isQuiet: Bool = false
    ) {
        self.what = what
        self.input = input
        process = Process()
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = input ?? FileHandle.nullDevice
        process.standardOutput = output ?? FileHandle.nullDevice
        if isQuiet { process.standardError = FileHandle.nullDevice }
    }

    var pid: Int32 { process.processIdentifier }

    var isRunning: Bool { process.processIdentifier > 0 && process.isRunning }

    /// - Throws: `BenchError.childFailed` where the program cannot be started.
    func start() throws {
        do { try LocoProcess.withoutBlockedSignals { try process.run() } } catch {
            throw BenchError.childFailed(what: what, reason: error.localizedDescription)
        }
    }

    /// Ends it: closes its input, then asks it to end, and insists after five seconds. Ignores cancellation.
    ///
    /// - Parameter patience: how long it may take to end by itself, once its input has ended.
    func stop(patience: Duration = .zero) async {
        try? input?.fileHandleForWriting.close()
        guard process.processIdentifier > 0 else { return }
        await Task { [self] in
            await wait(for: patience)
            if process.isRunning { process.terminate() }
            await wait(for: .seconds(5))
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            await wait(for: .seconds(5))
        }.value
    }

    private func wait(for limit: Duration) async {
        let deadline = ContinuousClock.now + limit
        while process.isRunning, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(10)) }
    }

    /// This program, to be started once more: the one beside the tests where they run it.
    ///
    /// - Throws: `BenchError.missingProgram`.
    static func own() throws -> String {
        let path = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let url = URL(fileURLWithPath: path)
        if url.lastPathComponent == "bench" { return path }
        let sibling = url.deletingLastPathComponent().appendingPathComponent("bench").path
        guard FileManager.default.isExecutableFile(atPath: sibling) else { throw BenchError.missingProgram(sibling) }
        return sibling
    }
}
