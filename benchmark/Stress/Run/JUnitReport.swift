import Foundation

/// Runs as JUnit's XML, which continuous integration shows: a test case for each run.
struct JUnitReport: Sendable {
    let results: [StressResult]

    var text: String {
        let failures = results.count { $0.failure != nil }
        let seconds = results.map(\.seconds).reduce(0, +)
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            #"<testsuite name="bench stress" tests="\#(results.count)" failures="\#(failures)" errors="0" time="\#(Self.time(seconds))">"#,
        ]
        for result in results {
            let name = Markup.escaped(result.name)
            let head = #"  <testcase classname="bench.stress" name="\#(name)" time="\#(Self.time(result.seconds))""#
            guard let failure = result.failure, let first = failure.verdicts.first else {
                lines.append(head + "/>")
                continue
            }
            lines.append(head + ">")
            let message = "step \(failure.step + 1), \(failure.operation): \(first.text)"
            lines.append(
                #"    <failure type="\#(first.kind.rawValue)" message="\#(Markup.escaped(message))">"#
                    + Markup.escaped(failure.verdicts.map(\.text).joined(separator: "\n"))
                    + Markup.escaped(result.folder.map { "\n\($0)" } ?? "") + "</failure>")
            lines.append("  </testcase>")
        }
        return (lines + ["</testsuite>"]).joined(separator: "\n") + "\n"
    }

    /// Writes the file.
    ///
    /// - Throws: `BenchError.unwritable`.
    func write(to path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8)) else {
            throw BenchError.unwritable(path: path)
        }
    }

    private static func time(_ seconds: Double) -> String { String(format: "%.3f", seconds) }
}
