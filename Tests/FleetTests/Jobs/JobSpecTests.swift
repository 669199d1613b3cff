import Foundation
import Testing

@testable import Fleet

@Suite("JobSpec", .timeLimit(.minutes(1)))
struct JobSpecTests {
    @Test("what cannot be passed to a program is refused by its field's name")
    func refused() {
        let long = String(repeating: "x", count: JobLimits.text + 1)
        let cases: [(String, () throws(JobError) -> JobSpec)] = [
            ("exe", { () throws(JobError) in try JobSpec(executable: "") }),
            ("exe", { () throws(JobError) in try JobSpec(executable: "a\0") }),
            ("args[1]", { () throws(JobError) in try JobSpec(executable: "x", arguments: ["a", "b\0"]) }),
            ("args[0]", { () throws(JobError) in try JobSpec(executable: "x", arguments: [long]) }),
            (
                "args",
                { () throws(JobError) in try JobSpec(executable: "x", arguments: Array(repeating: "", count: 1025)) }
            ),
            ("job_id", { () throws(JobError) in try JobSpec(id: "", executable: "x") }),
            ("cwd", { () throws(JobError) in try JobSpec(executable: "x", workingDirectory: "relative") }),
            ("log_dir", { () throws(JobError) in try JobSpec(executable: "x", logDirectory: "../x") }),
            ("environment", { () throws(JobError) in try JobSpec(executable: "x", environment: ["A=B": "c"]) }),
        ]
        for (field, make) in cases {
            let error = #expect(throws: JobError.self) { try make() }
            #expect("\(error!)".hasPrefix(field) && error!.code == "bad-command", "\(field): \(error!)")
        }
    }

    @Test("a variable's value, which may be a secret, is not in the error")
    func secret() {
        let error = #expect(throws: JobError.self) {
            try JobSpec(executable: "x", environment: ["TOKEN": "hush\0hush"])
        }
        #expect("\(error!)".contains("TOKEN") && !"\(error!)".contains("hush"))
    }
}
