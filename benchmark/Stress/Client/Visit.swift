/// Somebody who asks to watch a guest, and leaves as soon as there is an answer.
struct Visit: Sendable {
    private let wish: ClientWish
    private let hub: HubClient

    init(_ wish: ClientWish, hub: HubClient) {
        self.wish = wish
        self.hub = hub
    }

    /// - Throws: what the visitor is told instead of an answer.
    func pay() async throws {
        let receiver = try Receiver(name: "visitor", codec: wish.codec)
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await ask(receiver)) } catch { outcome = .failure(error) }
        await receiver.stop()
        try outcome.get()
    }

    private func ask(_ receiver: Receiver) async throws {
        let offer = try await receiver.makeOffer()
        switch wish.way {
        case .whep:
            let reply = try await hub.offer(offer, to: wish.instance, rendition: wish.rendition)
            // It may have been killed meanwhile.
            try? await hub.end(session: reply.session)
        case .signal:
            let (socket, _) = try await SignalSocket.open(port: hub.port)
            let answer: Result<String, any Error>
            do {
                answer = .success(
                    try await socket.offer(offer, to: wish.instance, rendition: wish.rendition, request: 1))
                try? await socket.sayGoodbye(to: wish.instance)
            } catch { answer = .failure(error) }
            await socket.close()
            _ = try answer.get()
        }
    }
}
