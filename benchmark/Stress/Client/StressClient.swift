import Foundation
import GStreamer

/// A viewer that does as it is told, and otherwise what a page does: keeps its signaling socket, and tries again when its
/// session failed.
actor StressClient {
    nonisolated let number: Int
    private let hub: HubClient
    private var orders: [ClientOrder] = []
    private var isOver = false
    private var wish: ClientWish?
    private var session: ClientSession?
    private var socket: SignalSocket?
    /// The id the hub knows this client by; asked for again after a reconnect.
    private var viewer: String?
    private var socketClosedAt: UInt64?
    private var requests = 0
    private var attempts = 0
    private var failures = 0
    private var retryAt: UInt64 = 0
    private var lastError: ClientError?
    private var errors: [ClientError] = []
    private var begun = 0
    private var played = 0
    /// Until when the guest may be away because of a step: a stalled stream is given up soon, as a page does.
    private var disturbedUntil: UInt64 = 0

    /// Seconds without a frame after which a page begins anew.
    private static let stall = 4.0
    /// Seconds an attempt may take until its first frame.
    private static let joinLimit = 15.0
    /// Orders that wait: who gives one more waits too.
    private static let orderLimit = 8

    init(_ number: Int, hub: HubClient) {
        self.number = number
        self.hub = hub
    }

    /// Adds to what is to be done; waits while much of that is not done yet.
    func order(_ order: ClientOrder) async {
        while orders.count >= Self.orderLimit, !isOver, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(10))
        }
        orders.append(order)
    }

    /// Whether everything it was told is done.
    var isIdle: Bool { orders.isEmpty }

    /// Expects that the guest fails now, until in so many seconds.
    func expectTrouble(seconds: Double) { disturbedUntil = Runtime.now() + UInt64(seconds * 1e9) }

    /// Takes the errors since the last call.
    func takeErrors() -> [ClientError] {
        defer { errors = [] }
        return errors
    }

    /// Does what it is told until `finish()`, or until it is cancelled.
    func run() async {
        while !isOver, !Task.isCancelled {
            if let order = orders.first {
                await perform(order)
                orders.removeFirst()
            } else {
                await tend()
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
        // In a task of its own: it must not be cut short.
        await Task { await self.leave(silently: false) }.value
    }

    /// Ends `run()` once what it was told is done.
    func finish() { isOver = true }

    /// The graph of its pipeline in Graphviz's language; nil without a session.
    func graph() async -> String? { await session?.receiver.graph() }

    /// How it is now.
    func reading() -> ClientReading {
        let now = Runtime.now()
        func age(_ time: UInt64?) -> Double? { time.map { now > $0 ? Double(now - $0) / 1e9 : 0 } }
        var reading = ClientReading(client: number)
        reading.wish = wish
        (reading.attempts, reading.lastError, reading.begun, reading.played) = (attempts, lastError, begun, played)
        reading.isSocketOpen = socket?.isOpen ?? false
        reading.socketClosedFor = age(socketClosedAt)
        guard let session else { return reading }
        reading.session = session.name
        reading.told = session.receiver.inbox.messages(type: "hello").last?.message.instance
        reading.sessionAge = age(session.began)
        reading.connectedFor = age(session.connectedAt)
        reading.checkingFor = age(session.checkingSince)
        reading.mutedFor = age(session.mutedSince)
        reading.hasChannelFailed = session.states.hasChannelFailed
        let counts = session.decoded.counts
        (reading.frames, reading.movedFrames, reading.loudest) = (counts.frames, counts.movedFrames, counts.loudest)
        (reading.frameAge, reading.soundAge) = (age(counts.lastFrameAt), age(counts.lastSoundAt))
        (reading.number, reading.sameNumber, reading.numbers) = (counts.lastNumber, counts.sameNumber, counts.numbers)
        reading.missingPackets = session.receiver.meter.counts.missingVideoPackets
        reading.isInControl = session.receiver.inbox.messages(type: "control").last?.message.you ?? false
        return reading
    }

    private func perform(_ order: ClientOrder) async {
        switch order {
        case .watch(let wish):
            await leave(silently: false)
            self.wish = wish
            failures = 0
            await attempt()
        case .leave(let silently): await leave(silently: silently)
        case .reload:
            guard let wish else { return }
            await leave(silently: true)
            self.wish = wish
            await attempt()
        case .rendition(let name):
            wish?.rendition = name
            await session?.receiver.send(#"{"type":"rendition","name":"\#(name)"}"#)
        case .flood(let messages): await flood(messages)
        case .control(let take):
            await session?.receiver.send(#"{"type":"control","action":"\#(take ? "take" : "release")"}"#)
        case .horn: await session?.receiver.send(#"{"type":"key","code":"Space","action":"tap"}"#)
        }
    }

    /// Moves of the mouse over the landscape, and keys that neither stop the train nor mute it.
    private func flood(_ messages: Int) async {
        let keys = ["KeyA", "KeyB", "KeyC", "Digit1", "Backspace"]
        for index in 0..<messages {
            let text =
                index % 4 == 0
                ? #"{"type":"key","code":"\#(keys[index / 4 % keys.count])","action":"tap"}"#
                : #"{"type":"mouse","mode":"absolute","x":\#(Double(index % 97) / 97),"y":\#(Double(index % 61) / 100)}"#
            guard let session, await session.receiver.send(text) else { return }
        }
    }

    // MARK: Coming and going

    private func attempt() async {
        guard let wish else { return }
        attempts += 1
        do {
            try await join(wish)
            begun += 1
        } catch {
            await drop(silently: false)
            note(ClientError(error))
        }
    }

    private func join(_ wish: ClientWish) async throws {
        var session = try ClientSession(wish, client: number)
        self.session = session
        let offer = try await session.receiver.makeOffer()
        switch wish.way {
        case .whep:
            let reply = try await hub.offer(offer, to: wish.instance, rendition: wish.rendition)
            session.path = reply.session
            self.session = session
            try await session.receiver.accept(reply.answer)
        case .signal:
            let socket = try await openSocket()
            requests += 1
            let answer = try await socket.offer(
                offer, to: wish.instance, rendition: wish.rendition, request: requests)
            try await session.receiver.accept(answer)
        }
    }

    private func openSocket() async throws -> SignalSocket {
        if let socket, socket.isOpen { return socket }
        let (opened, id) = try await SignalSocket.open(port: hub.port, as: viewer)
        (socket, viewer, socketClosedAt) = (opened, id, nil)
        return opened
    }

    private func leave(silently: Bool) async {
        wish = nil
        await drop(silently: silently)
        if let socket { if silently { socket.cut() } else { await socket.close() } }
        (socket, viewer, socketClosedAt) = (nil, nil, nil)
    }

    /// Ends the session, not the socket.
    private func drop(silently: Bool) async {
        guard let session else { return }
        if session.decoded.counts.frames > 0 { played += 1 }
        self.session = nil
        if !silently {
            // A session that has ended by itself is no problem, nor is a hub that is away: the closed channel tells.
            if let path = session.path { try? await hub.end(session: path) }
            if session.path == nil, let socket, socket.isOpen {
                try? await socket.sayGoodbye(to: session.wish.instance)
            }
        }
        await session.receiver.stop(silently: silently)
    }

    private func note(_ error: ClientError) {
        lastError = error
        errors = errors.suffix(63) + [error]
        failures += 1
        // As the page waits: half a second, doubled up to three.
        retryAt = Runtime.now() + UInt64(min(3, 0.5 * Double(1 << min(failures - 1, 3))) * 1e9)
    }

    /// What a page does by itself.
    private func tend() async {
        guard let wish else { return }
        if var looked = session {
            await looked.look()
            session = looked
        }
        let now = Runtime.now()
        if wish.way == .signal { await keepSocket(now) }
        guard let session else {
            if now >= retryAt { await attempt() }
            return
        }
        let counts = session.decoded.counts
        let age = Double(now - session.began) / 1e9
        let still = counts.lastFrameAt.map { now > $0 ? Double(now - $0) / 1e9 : 0 }
        if session.states.isOver {
            await drop(silently: true)
            note(ClientError(.lost, "the connection ended: \(session.states)"))
        } else if counts.frames == 0, age > Self.joinLimit {
            await drop(silently: false)
            note(ClientError(.noPicture, "no picture within \(Int(Self.joinLimit)) s: \(session.states)"))
        } else if let still, still > Self.stall, now < disturbedUntil {
            await drop(silently: true)
            note(ClientError(.lost, "no picture for \(Figure.text(still)) s after a fault"))
        } else if counts.frames > 0 {
            failures = 0
        }
    }

    private func keepSocket(_ now: UInt64) async {
        if socket?.isOpen == true {
            socketClosedAt = nil
            return
        }
        socketClosedAt = socketClosedAt ?? now
        guard now >= retryAt else { return }
        retryAt = now + 500_000_000
        _ = try? await openSocket()
    }
}
