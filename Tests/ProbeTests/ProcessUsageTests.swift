import Foundation
import Testing

@testable import Probe

@Suite("ProcessUsage", .timeLimit(.minutes(1)))
struct ProcessUsageTests {
    @Test("what this process uses is measured, and its processor time grows")
    func own() throws {
        let before = try #require(ProcessUsage.now())
        #expect(before.residentBytes > 1 << 20 && before.threads >= 1 && before.openFiles >= 3)
        let end = ContinuousClock.now + .milliseconds(50)
        while ContinuousClock.now < end {}
        #expect(try #require(ProcessUsage.now()).cpuSeconds > before.cpuSeconds)
    }
}
