import Foundation
import Synchronization

/// This program started once more as a peer, spoken to in lines.
actor PeerProcess {
    /// Its process id.
    nonisolated var pid: Int32 { process.processIdentifier }
    private let what: String
    private nonisolated let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var reading: Task<Void, Never>?
    private let received = Mutex<(line: PeerLine?, failure: String?)>((nil, nil))
    private let onReport: @Sendable (ReceiverReport) -> Void

    /// - Parameters:
    ///   - what: for errors, such as `the floor`.
    ///   - prefix: a program that starts ours, with its arguments.
    init(
        _ what: String, _ arguments: [String], prefix: [String] = [], environment: [String: String] = [:],
        onReport: @escaping @Sendable (ReceiverReport) -> Void = { _ in }
    ) throws {
        self.what = what
        self.onReport = onReport
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let command = prefix + [own] + arguments
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = input
        process.standardOutput = output
    }

    func start() throws {
        try LocoProcess.withoutBlockedSignals { try process.run() }
        let lines = LineReader.lines(of: output.fileHandleForReading.fileDescriptor)
        reading = Task {
            for await text in lines {
                guard let line = PeerLine(line: text) else { continue }
                if let report = line.report {
                    onReport(report)
                } else if let failure = line.failure {
                    received.withLock { $0.failure = failure }
                } else {
                    received.withLock { $0.line = line }
                }
            }
        }
    }

    func tell(_ line: PeerLine) throws {
        do { try input.fileHandleForWriting.write(contentsOf: try line.encoded()) } catch {
            throw BenchError.childFailed(what: what, reason: received.withLock { $0.failure } ?? "it has ended")
        }
    }

    /// Waits for the session description that the peer makes.
    func description(_ field: KeyPath<PeerLine, String?>, within seconds: Int = 15) async throws -> String {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            let (line, failure) = received.withLock { $0 }
            if let text = line?[keyPath: field] { return text }
            if let failure { throw BenchError.childFailed(what: what, reason: failure) }
            guard process.isRunning, ContinuousClock.now < deadline else {
                throw BenchError.childFailed(
                    what: what, reason: process.isRunning ? "it says nothing for \(seconds) s" : "it has ended")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Halts the process where it stands, or lets it go on.
    nonisolated func halt(_ halted: Bool) { kill(pid, halted ? SIGSTOP : SIGCONT) }

    /// Ends it: by the end of its input, after 5 s by force. Ignores cancellation.
    func stop() async {
        guard process.processIdentifier > 0 else { return }
        if process.isRunning { halt(false) }
        try? input.fileHandleForWriting.close()
        await Task { [process] in
            let deadline = ContinuousClock.now + .seconds(5)
            while process.isRunning, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(20)) }
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            while process.isRunning { try? await Task.sleep(for: .milliseconds(20)) }
        }.value
        await reading?.value
    }
}
