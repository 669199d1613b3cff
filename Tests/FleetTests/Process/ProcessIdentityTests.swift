import Foundation
import Testing

@testable import Fleet

@Suite("ProcessIdentity")
struct ProcessIdentityTests {
    @Test("this process is alive and one with its pid and another start is not")
    func identity() {
        #expect(ProcessIdentity.current.isAlive)
        #expect(!ProcessIdentity(pid: getpid(), startTime: 1).isAlive)
        #expect(!ProcessIdentity(pid: getpid(), startTime: 1).send(0))
    }
}
