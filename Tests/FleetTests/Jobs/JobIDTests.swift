import Foundation
import Testing

@testable import Fleet

@Suite("JobID", .timeLimit(.minutes(1)))
struct JobIDTests {
    @Test(
        "a command without an id is called as its script, or its program",
        arguments: [
            ("/opt/games/lego.exe", [], "lego"), ("python3", ["-u", "/srv/train.py", "--epochs", "3"], "train"),
            ("bash", ["run all.sh"], "run all"), ("/usr/bin/python3.11", [], "python3.11"), ("sh", ["-c"], "sh"),
            ("/", [], "/"), ("qemu-system-i386", ["-m", "32"], "qemu-system-i386"),
        ] as [(String, [String], String)])
    func derived(_ executable: String, _ arguments: [String], _ name: String) {
        #expect(JobID(executable: executable, arguments: arguments).rawValue == name)
    }

    @Test("no two ids have one file name, and none leads out of its folder")
    func fileNames() {
        let names = [
            "../../etc/passwd", "..", ".", "a b", "a%20b", "a\nb", "\"quoted'", "ä", "a\u{308}", "-rf", "A", "a",
        ]
        let files = names.compactMap { JobID($0)?.fileName }
        #expect(Set(files).count == names.count)
        for file in files {
            #expect(!file.contains("/") && file != ".." && file != "." && !file.isEmpty && file.utf8.count <= 255)
            #expect(file.utf8.allSatisfy { $0 < 0x80 && $0 > 0x20 })
        }
        // Equal to Swift as texts, and not the same bytes.
        #expect(JobID("\u{e4}") != JobID("a\u{308}"))
    }

    @Test("an empty id, one with a NUL byte and one that is too long are none")
    func refused() {
        #expect(JobID("") == nil)
        #expect(JobID("a\0b") == nil)
        #expect(JobID(String(repeating: "x", count: 81)) == nil)
        #expect(JobID(String(repeating: "/", count: 80))?.fileName.utf8.count == 240)
    }
}
