import Foundation
import GStreamer
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Pipelines

/// Reading the guest's sound from the pipe its sound server writes.
@Suite("Sound pipe", .timeLimit(.minutes(1)))
struct SoundPipeTests {
    private final class Log: Sendable {
        let samples = Mutex<[(time: UInt64, bytes: Int)]>([])
        let levels = Mutex<[AudioLevel]>([])
    }

    private func capture(_ server: SoundServer, heard: Bool = true) async -> (AudioCapture, Log) {
        let log = Log()
        let capture = AudioCapture(pipe: server.path, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) {
            level in
            log.levels.withLock { $0.append(level) }
        }
        await capture.start(isHeard: { heard }) { sample in
            let (time, size) = (sample.timestamp ?? 0, sample.size)
            log.samples.withLock { $0.append((time, size)) }
        }
        return (capture, log)
    }

    @Test("Sound arrives whole, with times that follow one another without a gap, and is measured")
    func arrives() async throws {
        try MediaLibrary.start()
        let server = try SoundServer()
        let (capture, log) = await capture(server)
        // What is in the pipe before the capture has opened it is old and not played.
        try await Task.sleep(for: .milliseconds(100))
        try await server.play(600, value: 8192)
        try await eventually("600 ms of sound") {
            let bytes = log.samples.withLock { $0.reduce(0) { $0 + $1.bytes } }
            return (bytes >= 560 * 192, "\(bytes / 192) ms")
        }
        let samples = log.samples.withLock { $0 }
        for (one, next) in zip(samples, samples.dropFirst()) {
            #expect(next.time == one.time + UInt64(one.bytes / 4) * 1_000_000_000 / 48_000)
        }
        let level = try #require(log.levels.withLock { $0.last })
        #expect(abs(level.rms - -12.04) < 0.1)
        #expect(abs(level.peak - -12.04) < 0.1)
        await capture.stop()
        server.end()
    }

    @Test("While nobody listens it is measured, and nothing is handed on")
    func unheard() async throws {
        try MediaLibrary.start()
        let server = try SoundServer()
        let (capture, log) = await capture(server, heard: false)
        try await Task.sleep(for: .milliseconds(100))
        try await server.play(500, value: 16384)
        try await eventually("levels") { (log.levels.withLock { $0.count } >= 3, "\(log.levels.withLock { $0 })") }
        #expect(log.samples.withLock { $0.isEmpty })
        await capture.stop()
        server.end()
    }

    @Test("A server that writes nothing any more counts as dead after two seconds, and its successor is read")
    func hangs() async throws {
        try MediaLibrary.start()
        let server = try SoundServer()
        let (capture, _) = await capture(server)
        try await Task.sleep(for: .milliseconds(100))
        try await server.play(200, value: 1)
        // The last packets are on their way still.
        try await Task.sleep(for: .milliseconds(200))
        let before = try #require(capture.lastDelivery)
        // Longer than the deadline and the pause after it: the capture has given up and opened the pipe again.
        try await Task.sleep(for: .milliseconds(3500))
        #expect(capture.lastDelivery == before)
        try await server.play(1000, value: 1)
        #expect(try #require(capture.lastDelivery) > before)
        await capture.stop()
        server.end()
    }

    @Test("Stopping takes no longer than a wake-up, also while nothing is written")
    func stops() async throws {
        try MediaLibrary.start()
        let server = try SoundServer()
        let (capture, _) = await capture(server)
        try await Task.sleep(for: .milliseconds(200))
        let began = ContinuousClock.now
        await capture.stop()
        #expect(.now - began < .milliseconds(300))
        server.end()
    }

    @Test("A pipe that is not there is told, with its path")
    func missing() throws {
        let error = #expect(throws: CaptureError.self) { _ = try SoundPipe(path: "/nowhere/sound.pipe") }
        #expect("\(try #require(error))".contains("/nowhere/sound.pipe"))
    }
}
