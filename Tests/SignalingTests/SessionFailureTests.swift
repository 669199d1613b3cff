import GStreamer
import Testing

@testable import Signaling

@Suite("What failed in a session", .timeLimit(.minutes(1)))
struct SessionFailureTests {
    @Test(
        "ICE is blamed for what is its fault, and how it failed is told apart",
        arguments: [
            (SessionEnd.neverConnected, false, PeerState.ICE.checking, ICEFailure.timeout),
            (.neverConnected, false, .new, .timeout), (.neverConnected, false, .connected, nil),
            (.neverConnected, false, .completed, nil), (.iceFailed, false, .failed, .noPath),
            (.iceFailed, true, .failed, .lost), (.iceFailed, true, .closed, .lost),
            (.dtlsFailed, false, .connected, nil),
            (.requested, false, .checking, nil), (.silent, true, .disconnected, nil),
        ] as [(SessionEnd, Bool, PeerState.ICE, ICEFailure?)])
    func ice(end: SessionEnd, wasConnected: Bool, state: PeerState.ICE, expected: ICEFailure?) {
        #expect(ICEFailure(end, wasConnected: wasConnected, state: state) == expected)
    }

    @Test("an association that does not come up is told once, after its time; one that was not asked for never")
    func association() {
        var watch = AssociationWatch(limit: 10)
        #expect(!watch.isDue(at: 110, connectedAt: 100) && watch.isDue(at: 111, connectedAt: 100))
        let isFailure = watch.look(.connecting)
        #expect(isFailure)
        #expect(!watch.isDue(at: 999, connectedAt: 100))
        for state: SCTPState? in [nil, .connected, .closed] {
            var watch = AssociationWatch(limit: 10)
            let isFailure = watch.look(state)
            #expect(!isFailure)
        }
    }

    @Test("an offer's refusal is counted under the word its viewer was told, everything else as the node's failure")
    func refusal() {
        #expect(NegotiationFailure(OfferError.notSDP("x")) == .badSDP)
        #expect(NegotiationFailure(OfferError.noCommonCodec(offered: [], supported: [])) == .noCommonCodec)
        #expect(NegotiationFailure(ViewersError.tooMany(1)) == .tooManyViewers)
        #expect(NegotiationFailure(ViewersError.stopping) == .nodeUnavailable)
        #expect(NegotiationFailure(ViewersError.unknownRendition("a", known: [])) == .unknownRendition)
        #expect(NegotiationFailure(ViewersError.unknown) == .negotiationFailed)
        #expect(NegotiationFailure(CancellationError()) == .negotiationFailed)
    }
}
