/// One operation of a stress run. Every subset of a sequence can be run: what finds nothing to act on does nothing.
enum StressStep: Sendable, Equatable {
    /// A client begins to watch a guest; the next step does not wait for it.
    case connect(client: Int, guest: Int, way: SignalWay, codec: VideoCodec, rendition: String)
    /// A client says goodbye.
    case disconnect(client: Int)
    /// A client goes without a word.
    case vanish(client: Int)
    /// A client goes without a word and is back at once, as a reloaded page.
    case reload(client: Int)
    /// A client wishes another rendition.
    case rendition(client: Int, name: String)
    /// A client sends that many inputs as fast as they go.
    case flood(client: Int, messages: Int)
    /// A client takes control of its guest, or gives it up.
    case control(client: Int, take: Bool)
    /// SIGKILL; of hub and nodes the one who looks after them starts another a second later.
    case kill(victim: Victim, guest: Int)
    /// The link of the client behind a network of its own becomes slow.
    case shape(kilobits: Int)
    /// That link is fast again.
    case unshape
    /// Somebody asks to watch a guest that may be down: a picture, or an error that says what is wrong.
    case ask(guest: Int, way: SignalWay)
    case wait(milliseconds: Int)
    /// All connected clients have picture and sound of their guest within so many seconds.
    case play(seconds: Int)
    /// A guest's node has so many sessions and encodes pictures so many times.
    case count(guest: Int, sessions: Int, encoders: Int)
    /// With everybody gone, what is held now is what has to be held at the end.
    case baseline
    /// With everybody gone, nothing is left of them.
    case quiet
}

extension VideoCodec: Codable {}

extension StressStep: Codable {}

extension StressStep {
    /// The operation's name, as in the trace.
    var operation: String {
        switch self {
        case .connect: "connect"
        case .disconnect: "disconnect"
        case .vanish: "vanish"
        case .reload: "reload"
        case .rendition: "rendition"
        case .flood: "flood"
        case .control: "control"
        case .kill(let victim, _): "kill \(victim.rawValue)"
        case .shape: "shape"
        case .unshape: "unshape"
        case .ask: "ask"
        case .wait: "wait"
        case .play: "play"
        case .count: "count"
        case .baseline: "baseline"
        case .quiet: "quiet"
        }
    }
}
