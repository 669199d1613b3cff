import Foundation
import Testing

@testable import Probe

@Suite("ProcessStat")
struct ProcessStatTests {
    @Test("a program name with spaces and parentheses does not shift the fields")
    func oddName() throws {
        let text = "42 (a) b (c) S 7 42 40 0 -1 4194560 1 0 0 0 5 6 0 0 20 0 3 0 987654 1000 77"
        let stat = try #require(ProcessStat(text: text))
        #expect(stat.state == "S")
        #expect(stat.parent == 7)
        #expect(stat.session == 40)
        #expect(stat.startTime == 987654)
        #expect(stat.cpuTicks == 11)
        #expect(stat.threads == 3)
        #expect(stat.residentPages == 77)
    }
}
