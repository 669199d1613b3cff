import Fleet
import Logging
import Pipelines
import Signaling

/// The settings of every role, typed. See ``ConfigurationTable`` for what each does.
struct LocoConfiguration: Sendable {
    /// The hub's.
    struct Hub: Sendable {
        var host: String
        var port: Int
        /// The dashboard's public address; `nil` for the port on the wall's host.
        var url: String?
        /// How it finds its instances.
        var discovery: DiscoveryKind
        /// `nil` for none.
        var instancesFile: String?
        /// `nil` for none.
        var inventory: String?
        var allowedOrigins: [String]
    }

    /// The VR wall's.
    struct VR: Sendable {
        /// `nil` where it is not served.
        var port: Int?
        /// The wall's public address; `nil` for the port on the dashboard's host.
        var url: String?
    }

    /// The active set's.
    struct Active: Sendable {
        /// Of the processors, for guests that are not in it.
        var cpuShare: Double
        /// Whether those are paused.
        var pauseUnfocused: Bool
    }

    /// Files for https.
    struct TLS: Sendable {
        /// The certificate chain, PEM.
        var certificate: String
        /// Its private key, PEM.
        var key: String
    }

    /// A node's own.
    struct Node: Sendable {
        var host: String
        var port: Int
        /// The instance's id; made from the number when none is set.
        var id: String
        var number: Int
    }

    /// An agent's.
    struct Agent: Sendable {
        var host: String
        var port: Int
        /// `nil` for none.
        var token: String?
    }

    /// Video's.
    struct Video: Sendable {
        var fps: Int
        /// kbit/s.
        var bitrate: Int
        /// Pixels.
        var tileWidth: Int
        var tileFps: Int
        /// kbit/s.
        var tileBitrate: Int
        /// Beside `full` and `tile`.
        var renditions: [Rendition]
        /// `h264`, `vp8`, the preferred one first.
        var codecs: [String]
    }

    /// Sound's.
    struct Audio: Sendable {
        /// kbit/s.
        var bitrate: Int
    }

    /// Recordings'.
    struct Recording: Sendable {
        /// `nil` for the default folder.
        var directory: String?
        var maxSeconds: Int
        var maxBytes: Int
        /// Bytes.
        var keepFree: Int
    }

    /// Connectivity's.
    struct ICE: Sendable {
        /// For viewers.
        var servers: [ICEServer]
        /// For nodes; empty for the viewers' where nodes relay.
        var nodeServers: [ICEServer]
        /// Whether nodes gather from the viewers' servers too.
        var relay: Bool
        /// Makes credentials for the TURN servers; `nil` where there is no secret, and so no TURN server.
        var turn: TURNAuthority?
        /// Whether nodes offer candidates over TCP.
        var tcp: Bool
        var addresses: [String]
        var portRange: PortRange?
        var announced: String?
    }

    /// The virtual machine's.
    struct Guest: Sendable {
        /// `nil` for the demo guest.
        var disk: String?
        /// `nil` for the one built with Loco.
        var demoImage: String?
        /// MiB; `nil` for what the guest needs.
        var memory: Int?
        /// `nil` for what the guest needs.
        var cpu: String?
        var machine: String
        var vga: String
        var sound: String
        /// `auto`, `kvm` or `tcg`.
        var accelerator: String
        var tablet: Bool
        /// The QEMU program.
        var emulator: String
        /// Further words for its command line.
        var arguments: [String]
        var network: Network
    }

    /// The virtual machine's connection to others.
    struct Network: Sendable {
        /// `nil` for what the guest needs.
        var kind: String?
        var card: String
        /// `nil` for one made from the host's id and the run directory.
        var seed: String?
        var group: String
        var port: Int
        var bridge: String
    }

    /// Supervision's and recovery's.
    struct Supervision: Sendable {
        var healthyUptime: Duration
        var delays: [Duration]
        /// Of a process, in a row.
        var failures: Int
        /// Of an instance, in a row.
        var recoveries: Int
    }

    var hub: Hub
    /// The cluster's.
    var kubernetes: KubernetesCluster.Settings
    var vr: VR
    var active: Active
    /// `nil` for plain HTTP; one of the two paths may be empty, which ``tlsConfiguration()`` refuses.
    var tls: TLS?
    var node: Node
    var agent: Agent
    var video: Video
    var audio: Audio
    var recording: Recording
    var ice: ICE
    var guest: Guest
    var supervision: Supervision
    /// Most viewers of one node.
    var maxViewers: Int
    /// `nil` for none.
    var token: String?
    /// `nil` for none.
    var controlToken: String?
    /// `nil` for none.
    var viewToken: String?
    var logLevel: Logger.Level
    var logFormat: LogFormat
    /// `nil` for the default folder.
    var runDirectory: String?
    /// `nil` for the default folder.
    var stateDirectory: String?

    init(_ values: ResolvedConfiguration) {
        func text(_ name: String) -> String { values[name].description }
        func optional(_ name: String) -> String? { text(name).isEmpty ? nil : text(name) }
        func number(_ name: String) -> Int { if case .number(let value) = values[name] { value } else { 0 } }
        func list(_ name: String) -> [String] { if case .list(let value) = values[name] { value } else { [] } }
        hub = Hub(
            host: text("hub.host"), port: number("hub.port"), url: optional("hub.url"),
            discovery: DiscoveryKind(rawValue: text("hub.discovery")) ?? .auto,
            instancesFile: optional("hub.instancesFile"), inventory: optional("hub.inventory"),
            allowedOrigins: list("hub.allowedOrigins"))
        kubernetes = KubernetesCluster.Settings()
        kubernetes.api = text("kubernetes.api")
        kubernetes.namespace = text("kubernetes.namespace")
        kubernetes.selector = text("kubernetes.selector")
        kubernetes.statefulSet = text("kubernetes.statefulSet")
        kubernetes.nodePort = number("kubernetes.nodePort")
        kubernetes.tokenFile = text("kubernetes.tokenFile")
        kubernetes.caFile = text("kubernetes.caFile")
        vr = VR(port: values["vr.enabled"] == .flag(true) ? number("vr.port") : nil, url: optional("vr.url"))
        active = Active(
            cpuShare: Double(text("active.cpuShare")) ?? 1,
            pauseUnfocused: values["active.pauseUnfocused"] == .flag(true))
        if optional("tls.certificate") != nil || optional("tls.key") != nil {
            tls = TLS(certificate: text("tls.certificate"), key: text("tls.key"))
        }
        node = Node(
            host: text("node.host"), port: number("node.port"),
            id: optional("node.id") ?? "instance-\(number("node.number"))", number: number("node.number"))
        agent = Agent(host: text("agent.host"), port: number("agent.port"), token: optional("agent.token"))
        video = Video(
            fps: number("video.fps"), bitrate: number("video.bitrate"), tileWidth: number("video.tileWidth"),
            tileFps: number("video.tileFps"), tileBitrate: number("video.tileBitrate"),
            renditions: list("video.renditions").compactMap(Rendition.init(setting:)), codecs: list("video.codecs"))
        audio = Audio(bitrate: number("audio.bitrate"))
        recording = Recording(
            directory: optional("recording.directory"), maxSeconds: number("recording.maxSeconds"),
            maxBytes: number("recording.maxBytes"), keepFree: number("recording.keepFree"))
        ice = ICE(
            servers: list("ice.servers").compactMap(ICEServer.init),
            nodeServers: list("ice.nodeServers").compactMap(ICEServer.init), relay: values["ice.relay"] == .flag(true),
            turn: optional("ice.turnSecret").map { TURNAuthority(secret: $0, lifetime: number("ice.turnTTL")) },
            tcp: values["ice.tcp"] == .flag(true), addresses: list("ice.addresses"),
            portRange: PortRange(text("ice.portRange")), announced: optional("ice.announced"))
        guest = Guest(
            disk: optional("guest.disk"), demoImage: optional("guest.demoImage"),
            memory: number("guest.memory") == 0 ? nil : number("guest.memory"),
            cpu: optional("guest.cpu"), machine: text("guest.machine"), vga: text("guest.vga"),
            sound: text("guest.sound"),
            accelerator: text("guest.accelerator"), tablet: values["guest.tablet"] == .flag(true),
            emulator: text("guest.emulator"), arguments: text("guest.arguments").split(separator: " ").map(String.init),
            network: Network(
                kind: text("guest.network") == "auto" ? nil : text("guest.network"), card: text("guest.networkCard"),
                seed: optional("guest.networkSeed"), group: text("guest.networkGroup"),
                port: number("guest.networkPort"), bridge: text("guest.bridge")))
        supervision = Supervision(
            healthyUptime: .seconds(number("supervision.healthyUptime")),
            delays: list("supervision.delays").compactMap(Double.init).map { .seconds($0) },
            failures: number("supervision.failures"), recoveries: number("supervision.recoveries"))
        maxViewers = number("viewers.max")
        token = optional("token")
        controlToken = optional("controlToken")
        viewToken = optional("viewToken")
        logLevel = Logger.Level(rawValue: text("logLevel")) ?? .info
        logFormat = LogFormat(rawValue: text("logFormat")) ?? .text
        runDirectory = optional("runDirectory")
        stateDirectory = optional("stateDirectory") ?? runDirectory.map { $0 + "/state" }
    }

    /// Refuses to be reachable by others without a token.
    /// - Parameters:
    ///   - name: the setting that holds the address, `hub.host` or `node.host`.
    ///   - host: the address.
    /// - Throws: ``ConfigurationError/openWithoutToken(name:host:)``.
    func requireTokenUnlessLoopback(_ name: String, _ host: String) throws {
        guard token == nil, !Self.isLoopback(host) else { return }
        throw ConfigurationError.openWithoutToken(name: name, host: host)
    }

    /// Refuses an agent that others can reach without a token.
    /// - Throws: ``ConfigurationError/agentWithoutToken(host:)``.
    func requireAgentTokenUnlessLoopback() throws {
        guard agent.token == nil, !Self.isLoopback(agent.host) else { return }
        throw ConfigurationError.agentWithoutToken(host: agent.host)
    }

    /// Whether only this machine reaches the address.
    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
