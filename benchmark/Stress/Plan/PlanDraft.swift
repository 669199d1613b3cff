/// A sequence in the making.
struct PlanDraft: Sendable {
    let options: PlanOptions
    var generator: SplitMix64
    var guests = 1
    private(set) var steps: [StressStep] = []

    init(seed: UInt64, purpose: String, options: PlanOptions) {
        generator = SplitMix64(seed: seed, purpose: purpose)
        self.options = options
    }

    mutating func add(_ added: StressStep...) { steps += added }

    /// Waits so many milliseconds, scaled.
    mutating func wait(_ milliseconds: Int) {
        if milliseconds > 0 { steps.append(.wait(milliseconds: options.scaled(milliseconds))) }
    }

    /// A client begins to watch, in any way that users have.
    mutating func connect(_ client: Int, to guest: Int) {
        let way = generator.pick(SignalWay.allCases)
        // Most browsers take H.264.
        let codec = generator.chance(70) ? VideoCodec.h264 : .vp8
        let rendition = generator.chance(75) ? "full" : "tile"
        steps.append(.connect(client: client, guest: guest, way: way, codec: codec, rendition: rendition))
    }

    /// Each guest is watched once in each codec before what is held counts: what is loaded once is no leak.
    mutating func warmUp() {
        let codecs = VideoCodec.allCases
        for guest in 0..<guests {
            for (index, codec) in codecs.enumerated() {
                steps.append(
                    .connect(
                        client: guest * codecs.count + index, guest: guest, way: index == 0 ? .whep : .signal,
                        codec: codec, rendition: index == 0 ? "full" : "tile"))
            }
        }
        steps.append(.play(seconds: Self.patience))
        for client in 0..<guests * codecs.count { steps.append(.disconnect(client: client)) }
        steps.append(.baseline)
    }

    /// Seconds until clients that nothing keeps from it have picture and sound, on a machine that is busy.
    static let patience = 20
    /// Likewise after a process was killed.
    static let recovery = 40
}
