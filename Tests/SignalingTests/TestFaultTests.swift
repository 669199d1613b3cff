import Testing

@testable import Signaling

@Suite("Faults that are planted on purpose", .timeLimit(.minutes(1))) struct TestFaultTests {
    @Test("none without the variable")
    func none() throws { #expect(try TestFault.named(in: ["LOCO_TEST_FAULTS_ALLOWED": "1"]) == nil) }

    @Test("refused unless it is allowed in so many words", arguments: [nil, "", "0", "true"])
    func refused(permission: String?) {
        var environment = ["LOCO_TEST_FAULT": "leak-peer"]
        environment["LOCO_TEST_FAULTS_ALLOWED"] = permission
        #expect(throws: TestFaultError.notAllowed("leak-peer")) { try TestFault.named(in: environment) }
    }

    @Test("named when it is allowed; one that does not exist is told", arguments: TestFault.allCases)
    func allowed(fault: TestFault) throws {
        let allowed = ["LOCO_TEST_FAULTS_ALLOWED": "1"]
        #expect(try TestFault.named(in: allowed.merging(["LOCO_TEST_FAULT": fault.rawValue]) { $1 }) == fault)
        #expect(throws: TestFaultError.unknown("x")) {
            try TestFault.named(in: allowed.merging(["LOCO_TEST_FAULT": "x"]) { $1 })
        }
    }

    @Test("without one planted, nothing strikes")
    func quiet() { #expect(!TestFault.allCases.contains { fault in (0..<6).contains { _ in fault.strikes } }) }
}
