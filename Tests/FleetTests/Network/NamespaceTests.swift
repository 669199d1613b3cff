import Testing

@testable import Fleet

/// Starts the suites that need a network of their own.
@Suite("Guest networks", .serialized, .enabled(if: Namespace.kind == nil && Namespace.isPossible))
struct NamespaceTests {
    @Test("frames cross between guests, and what is taken away is set up again", .timeLimit(.minutes(3)))
    func privileged() async throws {
        try await BlockingWork.run { try Namespace.rerun("CrossingFramesTests", kind: "private") }
    }

    @Test("without the right to change the network, the error names the right and the remedy", .timeLimit(.minutes(1)))
    func unprivileged() async throws {
        try await BlockingWork.run {
            try Namespace.rerun(
                "MissingRightTests", kind: "unprivileged",
                wrapper: ["/usr/bin/setpriv", "--inh-caps=-net_admin", "--bounding-set=-net_admin"])
        }
    }
}
