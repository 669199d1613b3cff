import Fleet
import Foundation

/// One client's socket on `/active`.
actor ActiveSession {
    private struct Push: Encodable {
        var active: [InstanceID]
    }

    private let socket: WebSocketConnection
    private let selection: ActiveSelection
    private let scope: AccessScope
    private var cursor = ActiveCursor()

    /// - Parameter scope: what the client may do; it may watch in any case.
    init(socket: WebSocketConnection, selection: ActiveSelection, scope: AccessScope) {
        self.socket = socket
        self.selection = selection
        self.scope = scope
    }

    /// Tells the set now and with every change, and takes messages, until the socket closes.
    func serve() async {
        let updates = await selection.set.updates()
        await withDiscardingTaskGroup { group in
            group.addTask { for await active in updates { await self.push(active) } }
            for await text in socket.messages { await receive(text) }
            group.cancelAll()
        }
    }

    private func push(_ active: [InstanceID]) {
        send(Push(active: active))
    }

    private func receive(_ text: String) async {
        do throws(APIError) {
            guard scope >= .control else { throw .forbidden(needs: .control, holds: scope) }
            switch try ActiveChange.read(Data(text.utf8)) {
            case .select(let ids):
                // Who sets what is set already is told so all the same.
                if try await !selection.select(ids) { push(await selection.set.ids) }
            case .button(let button, let isHeld): try await press(button, isHeld: isHeld)
            }
        } catch {
            send(["type": "error", "code": error.code, "message": error.message])
        }
    }

    private func press(_ button: ActiveChange.Button, isHeld: Bool) async throws(APIError) {
        let instances = await selection.registry.all().map(\.id)
        let start = await selection.set.ids.first
        switch (button, isHeld) {
        case (.left, false): cursor.step(forward: false, among: instances, from: start)
        case (.right, false): cursor.step(forward: true, among: instances, from: start)
        case (.center, true): try await selection.select([])
        case (.center, false):
            guard let place = cursor.settle(among: instances, from: start) else {
                throw APIError(.notFound, "no-instances", "there is no instance to select yet")
            }
            try await selection.select([place.rawValue])
        // A step is made when a button goes down; that it stays there adds nothing.
        case (.left, true), (.right, true): break
        }
        let active = await selection.set.ids.map { JSONValue.string($0.rawValue) }
        let place = cursor.place.map { JSONValue.string($0.rawValue) }
        send(JSONValue.object(["active": .array(active), "cursor": place ?? .null]))
    }

    private func send(_ message: some Encodable) {
        socket.send(String(buffer: JSON.encode(message)))
    }
}
