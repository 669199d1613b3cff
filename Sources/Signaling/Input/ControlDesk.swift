/// Who controls the guest: many watch, one controls. Input goes through here, in order.
public actor ControlDesk {
    /// Tells every viewer who is in control now, nil for nobody.
    public typealias Observer = @Sendable (ViewerID?) async -> Void

    private let sink: any InputSink
    private var holder: ViewerID?
    private var held = HeldInputs()
    private var observers: [ViewerID: Observer] = [:]
    private var tellings = 0
    private var isTelling = false
    /// Whose change came while others were being told of an earlier one.
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// - Parameter sink: the guest.
    public init(sink: any InputSink) { self.sink = sink }

    /// Tells whether somebody is in control, now and with every change; it is waited for.
    public func observe(_ observer: @escaping @Sendable (Bool) async -> Void) async {
        await join(ViewerID()) { await observer($0 != nil) }
    }

    /// Adds a viewer.
    ///
    /// - Parameter observer: told at once, and at every change before what made it returns, also of the viewer's own
    ///   making. It must not wait for the desk.
    public func join(_ viewer: ViewerID, _ observer: @escaping Observer) async {
        observers[viewer] = observer
        await observer(holder)
    }

    /// Removes a viewer, letting go of what it holds.
    public func leave(_ viewer: ViewerID) async {
        observers[viewer] = nil
        if holder == viewer { await hand(to: nil) }
    }

    /// Takes control, from whoever has it.
    public func take(_ viewer: ViewerID) async { if holder != viewer { await hand(to: viewer) } }

    /// Takes control where nobody has it.
    ///
    /// - Returns: whether the viewer has it now.
    public func claim(_ viewer: ViewerID) async -> Bool {
        if holder == nil { await hand(to: viewer) }
        return holder == viewer
    }

    /// Gives control up; nothing happens for a viewer who has none.
    func release(_ viewer: ViewerID) async { if holder == viewer { await hand(to: nil) } }

    /// Plays input of a viewer. Where nobody is in control, the viewer takes it.
    ///
    /// - Parameter taken: see ``InputSink/send(_:taken:)``.
    /// - Throws: `ControlError.heldByAnother`, `InputError`, or what the sink throws.
    func play(
        _ events: [InputEvent], from viewer: ViewerID, taken: (@Sendable (UInt64) -> Void)? = nil
    ) async throws {
        guard await claim(viewer) else { throw ControlError.heldByAnother }
        try send(events, taken: taken)
    }

    /// Lets go of all keys and buttons the controlling viewer holds.
    func releaseAll(from viewer: ViewerID) {
        guard holder == viewer else { return }
        letGo()
    }

    /// Plays input that came over HTTP, from nobody who could hold control; refused while a viewer does.
    ///
    /// - Throws: as ``play(_:from:)``.
    public func playUnattended(_ events: [InputEvent]) throws {
        guard holder == nil else { throw ControlError.heldByAnother }
        try send(events, taken: nil)
    }

    /// Lets go of what came over HTTP.
    public func releaseUnattended() throws {
        guard holder == nil else { throw ControlError.heldByAnother }
        letGo()
    }

    /// Returns when everybody has been told: who was given control and did not know would hold its input back.
    private func hand(to viewer: ViewerID?) async {
        holder = viewer
        letGo()
        tellings += 1
        // Who tells now goes on until the newest holder is told: two at once could each be the last that somebody hears.
        guard !isTelling else { return await withCheckedContinuation { waiting.append($0) } }
        isTelling = true
        var told: Int
        repeat {
            told = tellings
            for observer in observers.values { await observer(holder) }
        } while told != tellings
        isTelling = false
        for continuation in waiting { continuation.resume() }
        waiting = []
    }

    private func send(_ events: [InputEvent], taken: (@Sendable (UInt64) -> Void)?) throws {
        try sink.send(events, taken: taken)
        // Only what the guest took: a key that it does not have is held by nobody.
        held.note(events)
    }

    /// One by one: what the guest's machine refuses must not keep the others down. A guest that is down holds nothing.
    private func letGo() { for release in held.releaseAll() { try? sink.send([release], taken: nil) } }
}

/// Why input was refused.
public enum ControlError: Error, Equatable, CustomStringConvertible {
    case heldByAnother
    case viewOnly

    /// The word for it in JSON errors.
    public var code: String {
        switch self {
        case .heldByAnother: "not-in-control"
        case .viewOnly: "view-only"
        }
    }

    /// One sentence for people.
    public var description: String {
        switch self {
        case .heldByAnother:
            "another viewer is in control; send {\"type\":\"control\",\"action\":\"take\"} to take over"
        case .viewOnly: "this session may only watch: open it with a token of scope control"
        }
    }
}
