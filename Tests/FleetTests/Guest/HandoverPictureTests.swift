import Foundation
import Testing

@testable import Fleet

/// Watches the screen while the demo guest is handed over.
@Suite("Handover's picture", .serialized, .timeLimit(.minutes(1)))
struct HandoverPictureTests {
    private struct Look {
        let time: ContinuousClock.Instant
        let hash: Int
        let blackPercent: Int
    }

    /// The upper part of the screen's 640x480, as often as the server gives it, until `isOver`.
    private static func watch(_ display: Int, _ cookie: XCookie, until isOver: () -> Bool) throws -> [Look] {
        var connection = try XConnection(display: display, cookie: cookie)
        let (width, height) = (640, 200)
        var looks: [Look] = []
        while !isOver() {
            let request =
                [73, 2] + XConnection.bytes([5]) + XConnection.bytes(connection.root)
                + XConnection.bytes([0, 100, UInt16(width), UInt16(height)]) + XConnection.bytes(UInt32.max)
            guard let answer = connection.request(request) else { break }
            let pixels = answer[32...]
            var hasher = Hasher()
            pixels.withUnsafeBytes { hasher.combine(bytes: $0) }
            var black = 0
            for at in stride(from: 32, to: answer.count - 3, by: 64) where answer[at...(at + 2)].allSatisfy({ $0 < 8 })
            {
                black += 1
            }
            looks.append(
                Look(time: .now, hash: hasher.finalize(), blackPercent: black * 100 / max(1, pixels.count / 64)))
            usleep(3000)
        }
        return looks
    }

    @Test("the picture stops for less than half a second, and anything else is shown for a tenth of one at most")
    func picture() async throws {
        try await withTemporaryFolder { folder in
            let image = folder + "/demo.img"
            let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
            try Namespace.run(root.appending(path: "demo/build.sh").path, [image])
            let guest = Guest(
                configuration: .demo(number: 0, image: image),
                directory: try RunDirectory(path: folder + "/run").instance(InstanceID(ordinal: 0)), logger: testLogger)
            try await guest.start()
            try await Task.sleep(for: .seconds(2))
            let display = try #require(await guest.display.flatMap { Int($0.dropFirst()) })
            let cookie = guest.xserver.cookie
            let over = ControlFlag()
            let watcher = Task {
                try await BlockingWork.run { try Self.watch(display, cookie) { over.isSet } }
            }
            try await Task.sleep(for: .milliseconds(500))
            let began = ContinuousClock.now
            try await guest.recover(.sound)
            let ended = ContinuousClock.now
            try await Task.sleep(for: .milliseconds(700))
            over.set()
            let looks = try await watcher.value
            let size = await guest.window
            try await guest.stop()
            let usual = looks.first?.blackPercent ?? 0
            let changes = zip(looks, looks.dropFirst()).filter { $0.hash != $1.hash }.map { $1.time }
            let gaps = zip(changes, changes.dropFirst()).map { $1 - $0 }
            let gap = try #require(gaps.max())
            print(
                "handover took", ended - began, "longest stop of the picture", gap, "of", looks.count, "looks,",
                changes.count, "changes, black", looks.map(\.blackPercent).max() ?? -1, "% of usually", usual, "%")
            #expect(gap < .milliseconds(500))
            #expect(looks.count > 50)
            // On a busy machine the new window may be seen before it is painted.
            let foreign = looks.filter { abs($0.blackPercent - usual) >= 20 }.map(\.time)
            #expect(foreign.last.map { $0 - foreign[0] < .milliseconds(100) } ?? true, "\(foreign)")
            #expect(size?.width == 640)
            #expect(size?.height == 480)
            #expect(changes.last.map { $0 > ended } == true)
        }
    }
}
