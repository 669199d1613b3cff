import AsyncHTTPClient
import Fleet
import Foundation
import NIOCore
import Synchronization

/// Listens to one node once: one event stream, from its opening to its end.
struct NodeSubscription: Sendable {
    /// What is heard of a node.
    enum News: Sendable {
        /// It is listened to anew: what it tells next is what is now.
        case opened
        /// It tells something.
        case event(FleetEvent)
    }

    /// The instance whose node it is.
    let instance: Instance
    let client: NodeClient
    /// A node that tells nothing of its health for so long does not report.
    var silence: Duration = .seconds(3)

    /// When the node was heard last.
    private final class LastHeard: Sendable {
        private let state = Mutex((time: ContinuousClock.now, hasReported: false))
        var instant: ContinuousClock.Instant { state.withLock { $0.time } }
        var hasReported: Bool { state.withLock { $0.hasReported } }
        func note() { state.withLock { $0 = (.now, true) } }
    }

    /// Listens once. Gives why the node does not report, or nil when it ended what it was telling.
    func listen(_ tell: @escaping @Sendable (News) async -> Void) async -> NodeClient.Failure? {
        // The HTTP client keeps a pool for every address it was ever given: those where nobody listens are not given to it.
        if let failure = await NodeReachability.knock(instance.address) { return failure }
        guard !Task.isCancelled else { return nil }
        let heard = LastHeard()
        return await withTaskGroup(of: NodeClient.Failure?.self) { group in
            group.addTask { await read(heard, tell) }
            group.addTask {
                while !Task.isCancelled {
                    let left = silence - (ContinuousClock.now - heard.instant)
                    guard left > .zero else { return await NodeReachability.reason(of: silence, instance.address) }
                    try? await Task.sleep(for: left)
                }
                return nil
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? nil
        }
    }

    private func read(
        _ heard: LastHeard, _ tell: @escaping @Sendable (News) async -> Void
    ) async -> NodeClient.Failure? {
        do {
            let body = try await client.events(at: instance.address)
            await tell(.opened)
            var parser = EventStreamParser()
            for try await chunk in body {
                for event in try parser.append(chunk.readableBytesView) {
                    guard let event = try Self.decode(event, of: instance) else { continue }
                    if case .health = event.kind { heard.note() }
                    await tell(.event(event))
                }
            }
            let nothing = NodeClient.Failure(reason: .badAnswer, message: "its events end without a report")
            return heard.hasReported ? nil : nothing
        } catch let failure as NodeClient.Failure {
            return failure
        } catch let error as EventStreamParser.TooLong {
            return .init(reason: .badAnswer, message: "\(error)")
        } catch let error as DecodingError {
            return .init(reason: .badAnswer, message: JSON.describe(error))
        } catch {
            // The stream broke off under way; opening it again tells why.
            return heard.hasReported ? nil : NodeReachability.failure(error)
        }
    }

    private static let kinds: Set<String> = ["health", "service", "crash", "recovery", "viewer", "recording"]

    /// The event; nil for one that only a newer node understands. Whoever tells, it is about the instance asked.
    /// - Throws: `DecodingError` for health that cannot be read: without it a node does not report.
    private static func decode(_ event: ServerSentEvent, of instance: Instance) throws -> FleetEvent? {
        guard kinds.contains(event.name) else { return nil }
        do {
            var decoded = try FleetEvent.decode(Data(event.data.utf8))
            decoded.instance = instance.id
            if case .recording(let recording) = decoded.kind {
                decoded.kind = .recording(recording.reached(as: instance.id))
            }
            return decoded
        } catch {
            guard event.name == "health" else { return nil }
            throw error
        }
    }
}
