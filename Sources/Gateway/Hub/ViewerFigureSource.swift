import Fleet
import Foundation

/// Asks nodes for their viewers' figures when somebody wants them, at most once a second each however many want them.
actor ViewerFigureSource {
    private struct Entry {
        let url: String?
        let askedAt: ContinuousClock.Instant
        let answer: Task<ViewerFigures?, Never>
    }

    private let client: NodeClient
    private var entries: [InstanceID: Entry] = [:]

    init(client: NodeClient) {
        self.client = client
    }

    /// A node's figures; nil when it does not answer within a second.
    func figures(of instance: Instance) async -> ViewerFigures? {
        if let entry = entries[instance.id], entry.url == instance.streamUrl, .now - entry.askedAt < .seconds(1) {
            return await entry.answer.value
        }
        let client = client
        let task = Task { await Self.ask(instance, client) }
        entries[instance.id] = Entry(url: instance.streamUrl, askedAt: .now, answer: task)
        return await task.value
    }

    /// Drops what is kept of instances that are gone.
    func keep(_ known: Set<InstanceID>) { entries = entries.filter { known.contains($0.key) } }

    private static func ask(_ instance: Instance, _ client: NodeClient) async -> ViewerFigures? {
        guard instance.streamUrl != nil,
            let answer = try? await client.send(
                .GET, "/viewers", to: instance.address, limit: 256 * 1024, deadline: .seconds(1)),
            answer.status == 200,
            let viewers = try? JSON.decode(JSONValue.self, from: Data(answer.body.readableBytesView))
        else { return nil }
        return ViewerFigures(roundTrip: answer.took, viewers: viewers)
    }
}
