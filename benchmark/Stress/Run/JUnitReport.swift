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
            let name = Self.escaped(result.name)
            let head = #"  <testcase classname="bench.stress" name="\#(name)" time="\#(Self.time(result.seconds))""#
            guard let failure = result.failure, let first = failure.verdicts.first else {
                lines.append(head + "/>")
                continue
            }
            lines.append(head + ">")
            let message = "step \(failure.step + 1), \(failure.operation): \(first.text)"
            lines.append(
                #"    <failure type="\#(first.kind.rawValue)" message="\#(Self.escaped(message))">"#
                    + Self.escaped(failure.verdicts.map(\.text).joined(separator: "\n"))
                    + Self.escaped(result.folder.map { "\n\($0)" } ?? "") + "</failure>")
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

    /// XML 1.0 knows no control characters but tab and the ends of lines, not even as references.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n", "\t", "\r": escaped.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0xfffe || scalar.value == 0xffff: escaped += "\u{fffd}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
