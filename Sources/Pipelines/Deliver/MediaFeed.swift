/// One viewer's subscription to one stream.
public struct MediaFeed: Sendable {
    private let request: @Sendable () -> Void
    private let ending: @Sendable () async -> Void

    init(requestKeyframe: @escaping @Sendable () -> Void, end: @escaping @Sendable () async -> Void) {
        request = requestKeyframe
        ending = end
    }

    /// Passes on the viewer's keyframe request (PLI or FIR); requests of many viewers within half a second cost one
    /// keyframe. Safe to call from a pad probe.
    public func requestKeyframe() { request() }

    /// Ends the subscription. To be called once.
    public func end() async { await ending() }
}
