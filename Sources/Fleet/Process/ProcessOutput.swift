import Synchronization

/// Collects what a child writes, from the two tasks that read its standard output and standard error.
final class ProcessOutput: Sendable {
    /// Where a line came from.
    enum Channel: Int, Sendable {
        case output, error
    }

    private struct State: ~Copyable {
        var assembling = [LineRing(capacity: 1), LineRing(capacity: 1)]
        var merged = LineRing()
        var standardOutput = LineRing(capacity: 16)
        var log: LogFile?
    }

    private let state: Mutex<State>

    init(logPath: String?) throws {
        let log: LogFile? = if let logPath { try LogFile(path: logPath) } else { nil }
        state = Mutex(State(log: log))
    }

    /// The last lines of both channels in the order they were completed, at most 200.
    var lines: [String] { state.withLock { $0.merged.lines } }

    /// The last lines of standard output alone, at most 16.
    var standardOutputLines: [String] { state.withLock { $0.standardOutput.lines } }

    func append(_ bytes: some Sequence<UInt8>, from channel: Channel) {
        state.withLock { state in
            for line in state.assembling[channel.rawValue].append(bytes) { Self.take(line, channel, &state) }
        }
    }

    /// The channel has ended; what it wrote last without a line end counts as a line.
    func finish(_ channel: Channel) {
        state.withLock { state in
            if let line = state.assembling[channel.rawValue].flush() { Self.take(line, channel, &state) }
        }
    }

    private static func take(_ line: String, _ channel: Channel, _ state: inout State) {
        _ = state.merged.append((line + "\n").utf8)
        if channel == .output { _ = state.standardOutput.append((line + "\n").utf8) }
        state.log?.append(line)
    }
}
