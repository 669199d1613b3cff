import Foundation

/// An X server whose screen is memory, on whatever display number is free.
struct VirtualScreen: Sendable {
    let process: ChildProcess
    private let output = Pipe()

    init(width: Int, height: Int) {
        process = ChildProcess(
            "Xvfb",
            [
                "/usr/bin/env", "Xvfb", "-displayfd", "1", "-screen", "0", "\(width)x\(height)x24", "-nolisten", "tcp",
                "-noreset",
            ],
            // It finds a free number by trying, and complains of each that is taken.
            output: output, isQuiet: true)
    }

    /// Starts it and waits until it can be used.
    ///
    /// - Returns: the display, such as `:7`.
    /// - Throws: `BenchError.childFailed` after ten seconds.
    func start() async throws -> String {
        try process.start()
        // Xvfb writes its number once it is ready, and ends the line.
        let deadline = Task { [process] in
            try await Task.sleep(for: .seconds(10))
            await process.stop()
        }
        defer { deadline.cancel() }
        for await line in LineReader.lines(of: output.fileHandleForReading.fileDescriptor) {
            if let number = Int(line.trimmingCharacters(in: .whitespaces)) { return ":\(number)" }
        }
        try Task.checkCancellation()
        throw BenchError.childFailed(what: "Xvfb", reason: "it names no display; is the Debian package xvfb installed?")
    }
}
