import Foundation
import Testing

/// A pipe with a writer, as the sound server makes it.
final class SoundServer: Sendable {
    let path = "/tmp/loco-sound-\(UInt64.random(in: .min ... .max))"
    let descriptor: Int32

    init() throws {
        try #require(mkfifo(path, 0o600) == 0)
        // For both, as the server does: opening for writing alone waits for a reader.
        descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        try #require(descriptor >= 0)
    }

    /// Writes so many milliseconds, in the portions and at the pace of a server.
    func play(_ milliseconds: Int, value: Int16) async throws {
        let start = ContinuousClock.now
        for number in 1...max(1, milliseconds / 5) {
            let block = [Int16](repeating: value, count: 480)
            _ = block.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            try await Task.sleep(until: start + .milliseconds(5 * number))
        }
    }

    func end() { close(descriptor) }

    deinit { unlink(path) }
}
