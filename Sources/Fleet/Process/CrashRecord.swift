import Foundation
import Probe

/// What is kept of an end nobody asked for.
public struct CrashRecord: Sendable, Codable, Hashable {
    /// The service that ended: "qemu", "xserver", "pulse" or an instance's id.
    public let service: String
    /// When, as ISO 8601 in JSON.
    public let time: Date
    /// Its process id while it lived.
    public let pid: Int32
    /// Exit code, nil when a signal ended it.
    public let exitCode: Int32?
    /// The signal that ended it, nil when it exited.
    public let signal: Int32?
    /// Seconds between spawn and end.
    public let uptime: Double
    /// What it wrote last, oldest first, at most 40 lines.
    public let lastLines: [String]
    /// What kind of end it was.
    public let crashClass: CrashClass

    enum CodingKeys: String, CodingKey {
        case service, time, pid, exitCode, signal, uptime, lastLines
        case crashClass = "class"
    }

    /// The record of `exit` under the service's name.
    public init(service: String, exit: ProcessExit) {
        self.service = service
        time = exit.endedAt
        pid = exit.pid
        exitCode = exit.code
        signal = exit.signal
        uptime = exit.uptime.inSeconds
        lastLines = Array(exit.lastLines.suffix(40))
        crashClass = CrashClass.of(exit)
    }

    /// "signal 9 after 2.5 s", "exit code 1 after 2.5 s (guest_image_error)": the class where it says more.
    public var summary: String {
        let how = signal.map { "signal \($0)" } ?? "exit code \(exitCode ?? 0)"
        let what = "\(how) after \(String(format: "%.1f", uptime)) s"
        return switch crashClass {
        case .nonzeroExit, .unexpectedExit: what
        case .outOfMemory, .missingDependency, .guestImageError: "\(what) (\(crashClass.rawValue))"
        }
    }
}
