import Fleet
import Foundation
import Logging
import Pipelines
import Probe
import ServiceLifecycle
import Signaling

/// One guest with everything that streams it: QEMU and its servers, the media, the viewers, and the HTTP surface.
struct Node: Service {
    /// The HTTP server; it tells the port.
    let http: HTTPService

    private let id: InstanceID
    private let guest: Guest
    private let directory: InstanceDirectory
    private let stage: Stage
    private let focus: GuestFocus
    private let watch: HealthWatch
    private let configuration: LocoConfiguration
    private let logger: Logger

    /// Puts the node together; nothing runs yet.
    ///
    /// - Throws: `GStreamerError` naming the plugin and package that is missing, `ConfigurationError`,
    ///   `RunDirectoryError`, `DiskImageError`.
    init(configuration: LocoConfiguration, logger: Logger) throws {
        try configuration.requireTokenUnlessLoopback("node.host", configuration.node.host)
        try MediaLibrary.start()
        guard let id = InstanceID(configuration.node.id) else {
            throw NodeError.badID(configuration.node.id)
        }
        var logger = logger
        logger[metadataKey: "instance"] = "\(id)"
        for shortcoming in MediaLibrary.shortcomings { logger.warning("\(shortcoming)") }
        let run = try RunDirectory(path: configuration.runDirectory ?? RunDirectory.defaultPath())
        directory = try run.instance(id)
        let guestConfiguration = try GuestConfiguration(configuration)
        guest = Guest(
            configuration: guestConfiguration, directory: directory,
            restartPolicy: RestartPolicy(configuration.supervision), logger: logger)
        focus = GuestFocus(guest, logger: logger)
        stage = Stage(
            id: id, guest: guest, focus: focus,
            input: GuestInput(guest: guest, hasTablet: guestConfiguration.tablet),
            configuration: configuration, logger: logger)
        let services = NodeServices(stage: stage, guest: guest, directory: directory, logger: logger)
        watch = HealthWatch(
            id: id, subject: .init(measure: { [stage] in await stage.health() }, services: { await services.all() }),
            mender: Recovery(
                instance: id, policy: RecoveryPolicy(configuration.supervision), clock: ContinuousClock(),
                logger: logger, perform: services.mend),
            logger: logger)
        self.id = id
        self.configuration = configuration
        self.logger = logger
        var service = HTTPServiceConfiguration()
        service.host = configuration.node.host
        service.port = configuration.node.port
        service.portSetting = "node.port"
        service.access = AccessPolicy(configuration)
        let vnc = VNCRoute(stage: stage, logger: logger)
        let routes = NodeRoutes(stage: stage, watch: watch, services: services, focus: FocusRoutes(focus: focus))
        http = HTTPService(configuration: service, logger: logger, webSockets: [routes.signal, vnc.route]) {
            routes.add(to: $0)
        }
    }

    /// Serves, and brings the guest up meanwhile, until graceful shutdown; then ends all of it.
    ///
    /// - Throws: what stands in the way of the guest, or `ListenError`.
    func run() async throws {
        // X clients in this process (the capture) find their cookie through the environment; set before any thread
        // of GStreamer's reads it.
        setenv("XAUTHORITY", guest.xauthority, 1)
        // Before anything: another node may have the instance, and be well.
        try await guest.claim()
        // Each has a reader of its own: a measurement must not hold up the picture.
        let following = [
            Task { [stage, events = guest.events] in
                for await event in events { await stage.follow(event) }
            },
            Task { [watch, events = guest.events] in
                for await event in events { await watch.note(event) }
            },
            Task { [watch, stage] in
                for await event in stage.viewers.events { await watch.note(ViewerNews(event)) }
            },
            Task { [focus, events = guest.events] in
                for await event in events { await focus.follow(event) }
            },
            Task { [focus, stage] in await focus.follow(stage.desk) },
            Task { [watch, stage] in
                for await recording in stage.recordings.events { await watch.note(recording) }
            },
        ]
        do {
            try await stage.start()
            try await serve()
        } catch {
            await end(following)
            throw error
        }
        await end(following)
    }

    /// What a node does side by side.
    private enum Part {
        case serving, starting
    }

    private func serve() async throws {
        try await withThrowingTaskGroup(of: Part.self) { group in
            group.addTask { [watch, http] in
                // The server waits for its responses to end, which a stream of events does not do by itself.
                try await withGracefulShutdownHandler {
                    try await http.run()
                } onGracefulShutdown: {
                    watch.dismissReaders()
                }
                return .serving
            }
            group.addTask {
                try await bringUp()
                return .starting
            }
            var ended: Set<Part> = []
            do {
                while let part = try await group.next() {
                    ended.insert(part)
                    guard ended == [.serving] else { continue }
                    // It still starts, and nobody waits for it any more.
                    await watch.stop()
                    withdraw()
                    do { try await guest.stop() } catch { logger.error("the guest did not end: \(error)") }
                }
            } catch  where ended.contains(.serving) {
                // The start that was cut short.
                logger.debug("not started: \(error)")
            } catch {
                watch.dismissReaders()
                throw error
            }
        }
    }

    /// Tells where it listens, starts the guest, and tells that it is up.
    private func bringUp() async throws {
        // Where it cannot listen, the server's own run() throws the reason.
        guard let port = try? await http.boundPort else { return }
        let host = configuration.node.host
        var record = NodeRecord(instanceId: id, port: port, url: "http://\(host):\(port)", isReady: false)
        try record.write(to: directory)
        logger.info("node listens", metadata: ["url": "\(record.url)"])
        await watch.begin()
        try await guest.start()
        record.isReady = true
        try record.write(to: directory)
        logger.info("node ready", metadata: ["url": "\(record.url)"])
    }

    /// Takes back what it told of itself; another node's is not touched.
    private func withdraw() {
        guard let record = (try? NodeRecord.living(in: directory)) ?? nil, record.process == .current else { return }
        unlink(directory.nodeFile)
    }

    private func end(_ following: [Task<Void, Never>]) async {
        withdraw()
        // First, so that nothing is mended that is being taken down, and readers of events do not hold up the end.
        await watch.stop()
        for task in following { task.cancel() }
        await stage.stop()
        do { try await guest.stop() } catch { logger.error("the guest did not end: \(error)") }
        await focus.stop()
        for task in following { await task.value }
    }
}
