import Foundation
import Testing

@testable import Gateway

@Suite(.serialized, .timeLimit(.minutes(1)))
struct OpenFileLimitTests {
    private static let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    private func limit() -> rlimit {
        var limit = rlimit()
        getrlimit(Self.kind, &limit)
        return limit
    }

    @Test func `a limit below what is allowed is raised, and what is allowed stays`() {
        let before = limit()
        let wanted = min(before.rlim_max, 65_536)
        // Only a little lower: other tests have files open now.
        var lowered = before
        lowered.rlim_cur = wanted - 1
        setrlimit(Self.kind, &lowered)
        OpenFileLimit.raise()
        #expect(limit().rlim_cur == wanted)
        #expect(limit().rlim_max == before.rlim_max)
        var restored = before
        setrlimit(Self.kind, &restored)
        // More than is ever asked for is left alone.
        if before.rlim_cur > wanted {
            OpenFileLimit.raise()
            #expect(limit().rlim_cur == before.rlim_cur)
        }
    }
}
