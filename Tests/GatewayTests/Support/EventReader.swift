import AsyncHTTPClient
import Fleet
import Foundation
import NIOCore
import Synchronization

@testable import Gateway

/// What a reader of the hub's `/events` was told so far.
final class EventReader: Sendable {
    private let state = Mutex<(events: [FleetEvent], isOver: Bool)>(([], false))

    var events: [FleetEvent] { state.withLock { $0.events } }
    var isOver: Bool { state.withLock { $0.isOver } }

    /// The stages of an instance, in order.
    func stages(of id: String) -> [InstanceNews.Phase] {
        events.compactMap { event in
            guard event.instance.rawValue == id, case .instance(let news) = event.kind else { return nil }
            return news.phase
        }
    }

    /// The shared client takes eight connections to one host.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 128
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }()

    /// Reads until cancelled or until the hub ends the stream.
    func read(port: Int, headers: [(String, String)] = []) async throws {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/events")
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let response = try await Self.client.execute(request, timeout: .seconds(5))
        var parser = EventStreamParser()
        for try await chunk in response.body {
            for event in try parser.append(chunk.readableBytesView) {
                let decoded = try FleetEvent.decode(Data(event.data.utf8))
                state.withLock { $0.events.append(decoded) }
            }
        }
        state.withLock { $0.isOver = true }
    }
}

extension HubFixture {
    /// Reads the hub's events for the length of `body`.
    func withEvents(_ body: @Sendable (EventReader) async throws -> Void) async throws {
        let reader = EventReader()
        let port = port
        let reading = Task { try await reader.read(port: port) }
        do {
            try await eventually("the reader is connected") { await hub.feed.counts.readers > 0 }
            try await body(reader)
        } catch {
            reading.cancel()
            throw error
        }
        reading.cancel()
        _ = await reading.result
    }
}
