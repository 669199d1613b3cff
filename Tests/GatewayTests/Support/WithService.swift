import Hummingbird
import Logging
import ServiceLifecycle

@testable import Gateway

/// Runs a service on a free port for the length of `body`, then shuts it down gracefully and waits for its end.
func withService(
    configuration: HTTPServiceConfiguration = HTTPServiceConfiguration(), webSockets: [WebSocketRoute] = [],
    routes: (HTTPService.Routes) -> Void = { _ in },
    _ body: @Sendable (_ port: Int, _ service: HTTPService) async throws -> Void
) async throws {
    var logger = Logger(label: "test")
    logger.logLevel = .error
    let service = HTTPService(configuration: configuration, logger: logger, webSockets: webSockets, routes: routes)
    try await withRunning([service], logger: logger) { _ in
        try await body(try await service.boundPort, service)
    }
}

/// Runs services for the length of `body`, then shuts them down gracefully and waits for their end.
func withRunning(
    _ services: [any Service], logger: Logger = Logger(label: "test"),
    _ body: @Sendable (ServiceGroup) async throws -> Void
) async throws {
    let group = ServiceGroup(configuration: .init(services: services, logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        do {
            try await body(group)
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}

/// Waits until a condition holds, and says what it was waiting for when it does not.
func eventually(
    _ what: String, within: Duration = .seconds(5), _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + within
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw NotYet(description: "not within \(within): \(what)") }
        try await Task.sleep(for: .milliseconds(10))
    }
}

struct NotYet: Error, CustomStringConvertible {
    let description: String
}
