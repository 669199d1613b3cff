/// Who controls the guest: many watch, one controls. Input goes through here, in order.
public actor ControlDesk {
    /// Tells every viewer who is in control now, nil for nobody.
    typealias Observer = @Sendable (ViewerID?) async -> Void

    private let sink: any InputSink
    private var holder: ViewerID?
    private var held = HeldInputs()
    private var observers: [ViewerID: Observer] = [:]
    private var tellings = 0
    private var isTelling = false

    /// - Parameter sink: the guest.
    public init(sink: any InputSink) { self.sink = sink }

    func join(_ viewer: ViewerID, _ observer: @escaping Observer) async {
        observers[viewer] = observer
        await observer(holder)
    }

    /// Removes a viewer, letting go of what it holds.
    func leave(_ viewer: ViewerID) async {
        observers[viewer] = nil
        if holder == viewer { await hand(to: nil) }
    }

    /// Takes control, from whoever has it.
    func take(_ viewer: ViewerID) async { if holder != viewer { await hand(to: viewer) } }

    /// Gives control up; nothing happens for a viewer who has none.
    func release(_ viewer: ViewerID) async { if holder == viewer { await hand(to: nil) } }

    /// Plays input of a viewer. Where nobody is in control, the viewer takes it.
    ///
    /// - Parameter taken: see ``InputSink/send(_:taken:)``.
    /// - Throws: `ControlError.heldByAnother`, `InputError`, or what the sink throws.
    func play(
        _ events: [InputEvent], from viewer: ViewerID, taken: (@Sendable (UInt64) -> Void)? = nil
    ) async throws {
        try await authorise(viewer)
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

    private func authorise(_ viewer: ViewerID) async throws {
        if holder == nil { await hand(to: viewer) }
        guard holder == viewer else { throw ControlError.heldByAnother }
    }

    private func hand(to viewer: ViewerID?) async {
        holder = viewer
        letGo()
        tellings += 1
        // Who tells now goes on until the newest holder is told: two at once could each be the last that somebody hears.
        guard !isTelling else { return }
        isTelling = true
        defer { isTelling = false }
        var told: Int
        repeat {
            told = tellings
            for observer in observers.values { await observer(holder) }
        } while told != tellings
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

    /// The word for it in JSON errors.
    public var code: String { "not-in-control" }

    /// One sentence for people.
    public var description: String {
        "another viewer is in control; send {\"type\":\"control\",\"action\":\"take\"} to take over"
    }
}
