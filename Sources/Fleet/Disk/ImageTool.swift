import Foundation
import Subprocess

/// Runs `qemu-img` with a deadline and without a shell.
enum ImageTool {
    struct Outcome: Sendable {
        let succeeded: Bool
        let output: Data
        let complaint: String
    }

    /// - Throws: `ProcessError.missingProgram`, `.notReady` when it takes longer than `deadline`.
    static func run(_ arguments: [String], deadline: Duration = .seconds(20)) async throws -> Outcome {
        let program = try ProgramPath.resolve("qemu-img")
        return try await withThrowingTaskGroup(of: Outcome?.self) { group in
            group.addTask {
                let result = try await Subprocess.run(
                    .path(.init(program)), arguments: Arguments(arguments), output: .bytes(limit: 1 << 20),
                    error: .string(limit: 1 << 16))
                return Outcome(
                    succeeded: result.terminationStatus.isSuccess, output: Data(result.standardOutput),
                    complaint: result.standardError.trimmingCharacters(in: .whitespacesAndNewlines))
            }
            group.addTask {
                try await Task.sleep(for: deadline)
                return nil
            }
            // Leaving the group cancels the other task; a qemu-img that hangs is then killed.
            defer { group.cancelAll() }
            guard let outcome = try await group.next().flatMap({ $0 }) else {
                throw ProcessError.notReady(name: "qemu-img", after: deadline, lastLines: [])
            }
            return outcome
        }
    }
}
