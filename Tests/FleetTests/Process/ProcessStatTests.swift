import Foundation
import Testing

@testable import Fleet

@Suite("ProcessStat")
struct ProcessStatTests {
    @Test("a program name with spaces and parentheses does not shift the fields")
    func oddName() throws {
        let text = "42 (a) b (c) S 7 42 40 0 -1 4194560 1 0 0 0 5 6 0 0 20 0 1 0 987654 1000 10"
        let stat = try #require(ProcessStat(text: text))
        #expect(stat.state == "S")
        #expect(stat.parent == 7)
        #expect(stat.session == 40)
        #expect(stat.startTime == 987654)
    }

    @Test("this process is alive and one with its pid and another start is not")
    func identity() {
        #expect(ProcessIdentity.current.isAlive)
        #expect(!ProcessIdentity(pid: getpid(), startTime: 1).isAlive)
        #expect(!ProcessIdentity(pid: getpid(), startTime: 1).send(0))
    }
}
