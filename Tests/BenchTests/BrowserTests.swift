import Foundation
import Testing

@testable import bench

/// What `bench latency` asks of a Chromium.
@Suite("Browser", .serialized, .timeLimit(.minutes(2)))
struct BrowserTests {
    private static let program = try? Browser.program(ProcessInfo.processInfo.environment["CHROMIUM"])

    /// Notes the keys and clicks that come.
    private static let page =
        "data:text/html,<body style='margin:0;height:100vh'><script>window.seen = [];"
        + "onkeydown = (e) => seen.push(e.code); onclick = (e) => seen.push(`${e.clientX} ${e.clientY}`)</script>"

    private struct Size: Decodable { let width: Int, height: Int }

    @Test("a page's values, keys and clicks, and its errors in its own words", .enabled(if: program != nil))
    func page() async throws {
        try await Browser.with(#require(Self.program)) { page in
            try await page.open(Self.page)
            try await page.wait("the page is there", within: 10, until: "window.seen?.length === 0")
            let size: Size = try await page.value(of: "({ width: innerWidth, height: innerHeight })")
            #expect((size.width, size.height) == (720, 640))
            try await page.click(x: 30, y: 40)
            try await page.press("x")
            #expect(try await page.value(of: "Promise.resolve(seen)") == ["30 40", "KeyX"])
            #expect(try await page.value(of: "undefined", as: Int?.self) == nil)

            let thrown = await #expect(throws: BenchError.self) {
                try await page.value(of: "absent.metrics()", as: Int.self)
            }
            #expect("\(thrown!.localizedDescription)".contains("absent is not defined"))
            let late = await #expect(throws: BenchError.self) {
                try await page.wait("the moon", within: 1, until: "false")
            }
            #expect("\(late!.localizedDescription)".contains("the moon"))
            let nowhere = await #expect(throws: BenchError.self) { try await page.open("http://127.0.0.1:1/") }
            #expect("\(nowhere!.localizedDescription)".contains("Page.navigate"))
        }
    }

    @Test("nothing of it is left, also when the measurement fails", .enabled(if: program != nil))
    func end() async throws {
        struct Failure: Error {}
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("loco-bench-browser-\(getpid())")
            .path
        await #expect(throws: Failure.self) {
            try await Browser.with(#require(Self.program)) { page in
                #expect(FileManager.default.fileExists(atPath: folder))
                throw Failure()
            }
        }
        #expect(!FileManager.default.fileExists(atPath: folder))
        let left = ProcessEntry.tree(of: getpid()).dropFirst().map(\.name)
        #expect(!left.contains { $0.hasPrefix("chrom") }, "\(left)")
    }

    @Test("a program that is none is named with the remedy")
    func missing() {
        let error = #expect(throws: BenchError.self) { try Browser.program("/nowhere/chromium") }
        #expect(
            error!.localizedDescription == "there is no program '/nowhere/chromium': name a Chromium with --browser")
    }

    @Test("a program that is no browser ends the measurement with a word", .enabled(if: program != nil))
    func wrong() async throws {
        let error = await #expect(throws: BenchError.self) { try await Browser.with("/bin/true") { _ in } }
        #expect(error!.localizedDescription == "Chromium failed: it ended at its start")
    }
}
