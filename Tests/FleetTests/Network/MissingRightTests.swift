import Testing

@testable import Fleet

@Suite("Missing right", .enabled(if: Namespace.kind == "unprivileged"))
struct MissingRightTests {
    @Test("making a bridge is refused by name, and the guest does not start", .timeLimit(.minutes(1)))
    func refused() async throws {
        try await withTemporaryFolder { folder in
            let chatter = try ChatterGuest(in: folder, number: 0)
            let guest = Guest(
                configuration: chatter.configuration(GuestNetwork(.tap)),
                directory: try RunDirectory(path: folder + "/run").instance(InstanceID(ordinal: 0)), logger: testLogger)
            let error = await #expect(throws: NetworkError.self) { try await guest.start() }
            #expect(error == .notPermitted(action: "make the bridge loco0"))
            #expect("\(error!)".contains("CAP_NET_ADMIN"))
            #expect(await guest.services.allSatisfy { $0.pid == nil })
        }
    }
}
