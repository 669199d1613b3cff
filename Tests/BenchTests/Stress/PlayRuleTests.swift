import Testing

@testable import bench

@Suite("Whether media flows", .timeLimit(.minutes(1))) struct PlayRuleTests {
    private func playing() -> ClientReading {
        var client = Readings.client(guest: 1)
        (client.frames, client.movedFrames, client.frameAge) = (100, 60, 0.03)
        (client.numbers, client.soundAge, client.loudest) = ([1: 20], 0.5, 900)
        return client
    }

    private func missing(_ client: ClientReading, mark: ClientReading? = nil) -> Verdict.Kind? {
        PlayRule(mark: mark, since: 100).missing(client, now: 105, within: 20)?.kind
    }

    @Test("a client with frames that move, the right number and sound plays")
    func plays() { #expect(missing(playing()) == nil) }

    @Test("what came before the mark is no sign of life")
    func mark() {
        let before = playing()
        #expect(missing(before, mark: before) == .frozenStream)
        var other = before
        other.session = "b"
        // Another session has begun at nought.
        #expect(missing(other, mark: before) == nil)
    }

    @Test("each thing that is missing has its name")
    func kinds() {
        var client = playing()
        client.connectedFor = nil
        #expect(missing(client) == .frozenStream)
        client.checkingFor = 5
        #expect(missing(client) == .iceChecking)
        client = playing()
        client.frames = 3
        #expect(missing(client) == .frozenStream)
        client = playing()
        client.movedFrames = 0
        #expect(missing(client) == .frozenStream)
        client = playing()
        client.numbers = [2: 20]
        #expect(missing(client) == .wrongGuest)
        client.numbers = [:]
        #expect(missing(client) == .frozenStream)
        client = playing()
        client.soundAge = nil
        #expect(missing(client) == .noSound)
        // Heard before the mark alone.
        client.soundAge = 5.5
        #expect(missing(client) == .noSound)
        client = playing()
        client.isSocketOpen = false
        #expect(missing(client) == .stuckSession)
    }

    @Test("the small picture plays without a number, and who is away need not play")
    func exceptions() {
        var client = playing()
        client.numbers = [:]
        client.wish?.rendition = "tile"
        #expect(missing(client) == nil)
        client = ClientReading(client: 0)
        #expect(missing(client) == nil)
    }
}
