import Foundation

/// Why there are no figures, with the remedy or the place to look.
enum BenchError: LocalizedError {
    case missingProgram(String)
    case noFreePort(String)
    case locoEnded(status: Int32, log: String)
    case notReady(seconds: Int, lastStatus: String, log: String)
    case refused(request: String, status: Int, body: String)
    case noLocation(instance: String)
    case noCandidates(seconds: Int)
    case noVideo(instance: String, seconds: Int, log: String)
    case foreignResults(path: String)
    case unwritable(path: String)
    case unreadableProcess(Int32)
    case leftBehind([String])

    var errorDescription: String? {
        switch self {
        case .missingProgram(let path):
            "there is no program '\(path)': build it with 'make build', or name another with --loco"
        case .noFreePort(let reason): "no free port on 127.0.0.1: \(reason)"
        case .locoEnded(let status, let log): "loco ended by itself with status \(status); its log: \(log)"
        case .notReady(let seconds, let lastStatus, let log):
            "not all guests were ready within \(seconds) s; last status: \(lastStatus); logs: \(log)"
        case .refused(let request, let status, let body): "\(request) was answered with \(status): \(body)"
        case .noLocation(let instance): "the answer of \(instance) names no session in its Location header"
        case .noCandidates(let seconds): "a viewer gathered no ICE candidates on 127.0.0.1 within \(seconds) s"
        case .noVideo(let instance, let seconds, let log):
            "\(instance) answered and sent no video within \(seconds) s; its log: \(log)"
        case .foreignResults(let path):
            "'\(path)' holds other columns than this program writes: name another file with --csv"
        case .unwritable(let path): "'\(path)' cannot be written"
        case .unreadableProcess(let pid): "/proc/\(pid)/stat cannot be read"
        case .leftBehind(let names): "loco left processes behind, which were killed: \(names.joined(separator: ", "))"
        }
    }
}
