import Foundation
import Logging
import ServiceLifecycle
import Signaling
import UnixSignals

/// Runs a role's services in the foreground: the first SIGINT or SIGTERM ends them gracefully, a second one at once.
enum RoleRunner {
    /// Runs `services` (each may use the ones before it) until one ends or a signal comes.
    /// - Parameters:
    ///   - graceful: how long a graceful end may take before the services are cancelled.
    ///   - forced: how long they may take after that before the program just exits.
    /// - Throws: what the first failing service throws.
    static func run(
        _ services: [any Service], graceful: Duration = .seconds(30), forced: Duration = .seconds(5), logger: Logger,
        whenReady: @escaping @Sendable () async throws -> Void = {}
    ) async throws {
        OpenFileLimit.raise()
        if let fault = TestFault.planted {
            logger.warning("broken on purpose", metadata: ["fault": "\(fault.rawValue)"])
        }
        var quiet = logger
        if quiet.logLevel > .debug { quiet.logLevel = .critical }
        var configuration = ServiceGroupConfiguration(services: services, logger: quiet)
        configuration.maximumGracefulShutdownDuration = graceful
        let group = ServiceGroup(configuration: configuration)
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            let running = Task { try await group.run() }
            tasks.addTask { try await running.value }
            tasks.addTask {
                var count = 0
                for await signal in signals {
                    count += 1
                    if count == 1 {
                        logger.info("stopping", metadata: ["signal": "\(signal)"])
                        await group.triggerGracefulShutdown()
                    } else {
                        logger.warning("stopping at once", metadata: ["signal": "\(signal)"])
                        running.cancel()
                        try await Task.sleep(for: forced)
                        // What does not even end when cancelled has had its time.
                        exit(130)
                    }
                }
            }
            tasks.addTask {
                // A service that cannot start is what is told, not that its readiness never came.
                do { try await whenReady() } catch { logger.debug("not ready: \(error)") }
                try await Task.sleep(for: .seconds(Int32.max))
            }
            defer { tasks.cancelAll() }
            try await tasks.next()
        }
    }
}
