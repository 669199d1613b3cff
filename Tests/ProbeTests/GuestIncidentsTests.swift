import Testing

@testable import Probe

@Suite("GuestIncidents", .timeLimit(.minutes(1)))
struct GuestIncidentsTests {
    @Test("disk errors are counted for good and forgotten as new after a minute")
    func disk() {
        var incidents = GuestIncidents()
        #expect(incidents.newDiskErrors(at: 0) == 0)
        for second in 0..<3 {
            incidents.note(
                "BLOCK_IO_ERROR",
                data: ["device": "ide0-hd0", "operation": "write", "reason": "No space left on device"],
                at: 100 + Double(second))
        }
        #expect(incidents.newDiskErrors(at: 103) == 3)
        #expect(incidents.newDiskErrors(at: 161.5) == 1)
        #expect(incidents.newDiskErrors(at: 170) == 0)
        #expect(incidents.diskErrors == 3)
        #expect(incidents.lastDiskError == "write on ide0-hd0: No space left on device")
    }

    @Test("a storm of errors is counted without being kept")
    func storm() {
        var incidents = GuestIncidents()
        for _ in 0..<10_000 { incidents.note("BLOCK_IO_ERROR", at: 1) }
        #expect(incidents.diskErrors == 10_000)
        #expect(incidents.newDiskErrors(at: 2) == 256)
    }

    @Test("a panic lasts until the guest is reset, a shutdown keeps its reason")
    func panic() {
        var incidents = GuestIncidents()
        incidents.note("STOP", at: 1)
        #expect(incidents == GuestIncidents())
        incidents.note("GUEST_PANICKED", data: ["action": "pause"], at: 1)
        incidents.note("SHUTDOWN", data: ["reason": "guest-shutdown"], at: 2)
        #expect(incidents.hasPanicked)
        #expect(incidents.shutdown == "guest-shutdown")
        incidents.note("RESET", at: 3)
        #expect(!incidents.hasPanicked)
        #expect(incidents.shutdown == nil)
    }
}
