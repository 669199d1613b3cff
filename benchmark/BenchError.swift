import Foundation

/// Why there are no figures, with the remedy or the place to look.
enum BenchError: LocalizedError {
    case missingProgram(String)
    case missingBrowser(String)
    case noFreePort(String)
    case locoEnded(status: Int32, log: String)
    case notReady(seconds: Int, lastStatus: String, log: String)
    case refused(request: String, status: Int, body: String)
    case noLocation(instance: String)
    case noCandidates(addresses: [String], seconds: Int)
    case noVideo(instance: String, seconds: Int, log: String)
    case foreignResults(path: String)
    case noResults(path: String)
    case malformedResults(path: String, line: Int)
    case unwritable(path: String)
    case unreadableProcess(Int32)
    case leftBehind([String])
    case unreachable(host: String, reason: String)
    case noProcess(Role)
    case noDisplay(qemu: Int32)
    case noSize(instance: String)
    case noRendition(String, got: String?)
    case noEchoes
    case stillMoving(framesPerSecond: Double)
    case childFailed(what: String, reason: String)
    case commandFailed(String, output: String)
    case needsRoot(String)
    case missed(Int)
    case incomplete([String])
    case noSocket(String)
    case badTrace(line: Int, reason: String)
    case stressFailed(Int)

    var errorDescription: String? {
        switch self {
        case .missingProgram(let path):
            "there is no program '\(path)': build it with 'make build', or name another with --loco"
        case .missingBrowser(let path): "there is no program '\(path)': name a Chromium with --browser"
        case .noFreePort(let reason): "no free port on 127.0.0.1: \(reason)"
        case .locoEnded(let status, let log): "loco ended by itself with status \(status); its log: \(log)"
        case .notReady(let seconds, let lastStatus, let log):
            "not all guests were ready within \(seconds) s; last status: \(lastStatus); logs: \(log)"
        case .refused(let request, let status, let body): "\(request) was answered with \(status): \(body)"
        case .noLocation(let instance): "the answer of \(instance) names no session in its Location header"
        case .noCandidates(let addresses, let seconds):
            "no ICE candidates were gathered on \(addresses.joined(separator: ", ")) within \(seconds) s"
        case .noVideo(let instance, let seconds, let log):
            "\(instance) answered and sent no video within \(seconds) s; its log: \(log)"
        case .foreignResults(let path):
            "'\(path)' holds other columns than this program writes: name another file"
        case .noResults(let path): "'\(path)' cannot be read"
        case .malformedResults(let path, let line): "line \(line) of '\(path)' is no row of figures"
        case .unwritable(let path): "'\(path)' cannot be written"
        case .unreadableProcess(let pid): "/proc/\(pid)/stat cannot be read"
        case .noProcess(let role): "no process of the running loco is the \(role.rawValue)"
        case .noDisplay(let pid): "the environment of QEMU (\(pid)) names no X display"
        case .noSize(let instance):
            "\(instance) told its viewer no picture size over the data channel: the floor would not know what to grab"
        case .noRendition(let wanted, let got):
            "this loco sends '\(got ?? "no named rendition")' to a viewer that asks for '\(wanted)': build one that has it"
        case .noEchoes: "this loco answers inputs that carry an id with no echo: build one that does"
        case .stillMoving(let rate):
            "\(Figure.text(rate)) frames a second still come after braking: the screen is not static"
        case .childFailed(let what, let reason): "\(what) failed: \(reason)"
        case .commandFailed(let command, let output): "'\(command)' failed: \(output)"
        case .needsRoot(let option): "\(option) makes network namespaces: run it as root"
        case .incomplete(let failures):
            "\(failures.count) combinations could not be measured: \(failures.joined(separator: "; "))"
        case .noSocket(let reason): "a signaling socket could not be opened and registered: \(reason)"
        case .missed(let count): "\(count) of the bars were missed"
        case .badTrace(let line, let reason): "line \(line) of the trace cannot be read: \(reason)"
        case .stressFailed(let count): "\(count) of the stress runs found something"
        case .unreachable(let host, let reason): "'\(host)' cannot be reached from here: \(reason)"
        case .leftBehind(let names): "loco left processes behind, which were killed: \(names.joined(separator: ", "))"
        }
    }
}
