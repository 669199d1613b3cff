import Foundation
import Testing

@testable import Gateway

@Suite("The end of a log", .timeLimit(.minutes(1)))
struct LogTailTests {
    @Test("the newest lines come, those before a rotation too, without secrets")
    func tail() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "loco-log-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "qemu.log").path
        #expect(LogTail.lines(of: path, count: 5) == nil)
        try "one\ntwo\n".write(toFile: path + ".1", atomically: true, encoding: .utf8)
        try "three\nGET /?token=hunter2hunter2\n".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(LogTail.lines(of: path, count: 1) == ["GET /?token=[redacted]"])
        #expect(LogTail.lines(of: path, count: 3) == ["two", "three", "GET /?token=[redacted]"])
        let many = (0..<200_000).map { "line number \($0)" }.joined(separator: "\n")
        try many.write(toFile: path, atomically: true, encoding: .utf8)
        let lines = try #require(LogTail.lines(of: path, count: 2000))
        #expect(lines.count == 2000 && lines.last == "line number 199999" && lines.first == "line number 198000")
    }
}
