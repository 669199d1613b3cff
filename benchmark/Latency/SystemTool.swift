import Foundation

/// Runs the system's own programs for short.
enum SystemTool {
    /// Runs a command and waits for its end.
    ///
    /// - Returns: what it printed, without the line's end.
    /// - Throws: `BenchError.commandFailed` with that.
    @discardableResult
    static func run(_ command: [String]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try LocoProcess.withoutBlockedSignals { try process.run() }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchError.commandFailed(command.joined(separator: " "), output: text)
        }
        return text
    }
}
