import Fleet
import Foundation
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct StatusTableTests {
    private func host(_ name: String) -> Inventory.Host { .init(name: name, host: "10.0.0.1", port: 8081) }

    @Test func `the table has a line for each job, and for each host that does not answer`() throws {
        let text = #"""
            {"host":"h","version":"1","jobs":[{"job_id":"a\nb\u001b[2J","name":"sleep","state":"running","pid":12,"exe":"sleep",
             "args":[],"cpu_percent":1.25,"memory_mb":null,"hung":true,"kept_up":false,"restarts":0}]}
            """#
        let jobs = try JSON.decode(AgentAnswers.Jobs.self, from: Data(text.utf8))
        let table = StatusTable([
            .init(host: host("alpha"), result: .success(jobs)),
            .init(host: host("beta"), result: .failure(.unreachable(host: "beta", reason: "no answer"))),
            .init(host: host("gamma"), result: .success(.init(host: "g", version: "1", jobs: []))),
        ])
        let lines = table.text.split(separator: "\n")
        #expect(lines[0].split(separator: " ") == ["NAME", "JOB_ID", "PID", "STATUS", "CPU%", "MEM(MB)", "HUNG"])
        // One line, whatever it is called, and nothing that moves the cursor.
        #expect(lines.count == 4 && !table.text.contains("\u{1b}"))
        #expect(lines[1].hasPrefix("alpha  a\\nb\\u{1b}[2J  12   running") && lines[1].hasSuffix("yes"))
        #expect(lines[1].contains("  -  "))
        #expect(lines[2].hasPrefix("beta") && lines[2].contains("unreachable"))
        #expect(lines[3].contains("no jobs"))
    }
}
