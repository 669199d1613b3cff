import Foundation

/// `gst-launch-1.0` itself with the same elements, for the time of a measurement. It cannot negotiate, so in place of
/// `webrtcbin` stand `srtpenc` and `udpsink`: a second reference, without ICE, DTLS and RTCP.
enum LaunchRun {
    private static let program = "/usr/bin/gst-launch-1.0"

    /// Whether it is installed.
    static var isAvailable: Bool { FileManager.default.isExecutableFile(atPath: program) }

    /// Starts it, lends its process id, and ends it, whatever happens.
    static func with<R>(_ sources: GuestSources, _ body: (_ pid: Int32) async throws -> R) async throws -> R {
        // Taken and never read: what is sent to nobody would come back as errors.
        let target = try DeafSocket()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments(sources, port: target.port)
        process.environment = ProcessInfo.processInfo.environment.merging(["XAUTHORITY": sources.xauthority]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try LocoProcess.withoutBlockedSignals { try process.run() }
        let outcome: Result<R, any Error>
        do { outcome = .success(try await body(process.processIdentifier)) } catch { outcome = .failure(error) }
        let wasRunning = process.isRunning
        if wasRunning { process.terminate() }
        await Task {
            let deadline = ContinuousClock.now + .seconds(5)
            while process.isRunning, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(20)) }
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            while process.isRunning { try? await Task.sleep(for: .milliseconds(20)) }
        }.value
        guard wasRunning else {
            throw BenchError.childFailed(
                what: program, reason: "it ended by itself with status \(process.terminationStatus)")
        }
        return try outcome.get()
    }

    private static func arguments(_ sources: GuestSources, port: Int) -> [String] {
        func words(_ factory: String, _ properties: [String: String]) -> [String] {
            [factory] + properties.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        }
        // AES and HMAC cost the same whatever the key.
        let key = String(repeating: "0123456789abcdef", count: 4).prefix(60)
        let send = ["!", "srtpenc", "key=\(key)", "!", "udpsink", "host=127.0.0.1", "port=\(port)", "async=false"]
        var sound = FloorSettings.pulse
        sound["server"] = sources.pulse
        sound["device"] = GuestSources.soundDevice
        return ["-q"] + words("ximagesrc", FloorSettings.capture(sources))
            + ["!", "video/x-raw,framerate=\(FloorSettings.framesPerSecond)/1", "!", "videoconvert", "!"]
            + words("x264enc", FloorSettings.x264) + ["!", FloorSettings.h264, "!"]
            + ["rtph264pay", "mtu=1200", "config-interval=-1", "aggregate-mode=zero-latency"] + send
            + words("pulsesrc", sound) + ["!", FloorSettings.sound, "!"] + words("opusenc", FloorSettings.opus)
            + ["!", "rtpopuspay", "mtu=1200"] + send
    }
}
