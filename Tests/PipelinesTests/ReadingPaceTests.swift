import Testing

@testable import Pipelines

/// How often sound is read.
struct ReadingPaceTests {
    private let second: UInt64 = 1_000_000_000

    @Test("Nobody pays for sound that nobody hears, and nobody waits for what is heard")
    func paces() {
        var pace = ReadingPace()
        #expect(pace.next(isSilent: false, isHeard: false, at: second) == ReadingPace.unheard)
        #expect(pace.next(isSilent: false, isHeard: true, at: 2 * second) == ReadingPace.sounding)
        // A pause between two notes changes nothing.
        #expect(pace.next(isSilent: true, isHeard: true, at: 2 * second + second / 4) == ReadingPace.sounding)
        #expect(pace.next(isSilent: true, isHeard: true, at: 3 * second) == ReadingPace.silent)
        #expect(pace.next(isSilent: false, isHeard: true, at: 4 * second) == ReadingPace.sounding)
    }
}
