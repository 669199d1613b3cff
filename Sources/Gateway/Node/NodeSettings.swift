import Fleet
import Foundation
import Pipelines
import Signaling

extension MediaSettings {
    /// What the configuration says about media.
    init(_ configuration: LocoConfiguration) {
        let video = configuration.video
        let full = Rendition(
            name: Rendition.fullName, width: nil, framesPerSecond: video.fps, bitrate: video.bitrate)
        let tile = Rendition(
            name: Rendition.tileName, width: video.tileWidth, framesPerSecond: video.tileFps,
            bitrate: video.tileBitrate)
        let scaled = (video.renditions + [tile]).sorted {
            ($0.width ?? 0, $0.bitrate) > ($1.width ?? 0, $1.bitrate)
        }
        self.init(
            renditions: [full] + scaled, audioBitrate: configuration.audio.bitrate,
            codecs: video.codecs.compactMap(VideoCodec.init(rawValue:)))
    }
}

extension ICESettings {
    /// What the configuration says about reachability.
    init(_ configuration: LocoConfiguration) {
        let ports = configuration.ice.portRange.flatMap { range -> ClosedRange<UInt16>? in
            guard let lower = UInt16(exactly: range.low), let upper = UInt16(exactly: range.high) else { return nil }
            return lower...upper
        }
        let ice = configuration.ice
        // Whoever names servers for the node means them to be used.
        let servers = ice.nodeServers.isEmpty && ice.relay ? ice.servers : ice.nodeServers
        self.init(
            addresses: ice.addresses, ports: ports, announced: ice.announced, tcp: ice.tcp, servers: servers,
            turn: ice.turn, turnName: configuration.node.id)
    }
}

extension GuestConfiguration {
    /// The guest that the configuration describes: the demo guest unless a disk is named.
    ///
    /// - Throws: `NodeError.noDemoImage`.
    init(_ configuration: LocoConfiguration) throws {
        let guest = configuration.guest
        let number = configuration.node.number
        if let disk = guest.disk {
            self = .windows98(number: number, disk: disk)
        } else {
            self = .demo(number: number, image: try DemoImage.path(configured: guest.demoImage))
        }
        memoryMB = guest.memory ?? memoryMB
        cpu = guest.cpu ?? cpu
        machine = guest.machine
        vga = guest.vga
        sound = SoundDevice(rawValue: guest.sound) ?? sound
        // `auto` is what the kind of guest does best with.
        accelerator = Accelerator(rawValue: guest.accelerator) ?? accelerator
        tablet = guest.tablet
        emulator = guest.emulator
        extraArguments = guest.arguments
        network.kind = guest.network.kind.flatMap(GuestNetwork.Kind.init) ?? network.kind
        network.card = NetworkCard(rawValue: guest.network.card) ?? network.card
        (network.group, network.port) = (guest.network.group, guest.network.port)
        network.bridge = guest.network.bridge
        network.seed =
            guest.network.seed
            ?? network.seed + "/" + (configuration.runDirectory ?? RunDirectory.defaultPath())
    }
}

extension RestartPolicy {
    /// What the configuration says about processes that end.
    init(_ settings: LocoConfiguration.Supervision) {
        self.init(
            healthyUptime: settings.healthyUptime, delays: settings.delays, maximumFailures: settings.failures)
    }
}

extension RecoveryPolicy {
    /// What the configuration says about instances that are not well.
    init(_ settings: LocoConfiguration.Supervision) {
        self.init(
            maxAttempts: settings.recoveries, delays: settings.delays, healthyReset: settings.healthyUptime)
    }
}

/// Where the demo guest's boot image is.
enum DemoImage {
    /// The configured path, else the image built beside the program, else the installed one.
    ///
    /// - Throws: `NodeError.noDemoImage`.
    static func path(configured: String?) throws -> String {
        if let configured { return configured }
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        // .build/release/loco and .build/x86_64-unknown-linux-gnu/release/loco both lie under .build.
        var folder = URL(fileURLWithPath: program).deletingLastPathComponent()
        var candidates: [String] = []
        for _ in 0..<3 {
            candidates.append(folder.appendingPathComponent("demo/loco-demo.img").path)
            folder.deleteLastPathComponent()
        }
        candidates.append("/usr/share/loco/loco-demo.img")
        guard let found = candidates.first(where: { FileManager.default.isReadableFile(atPath: $0) }) else {
            throw NodeError.noDemoImage(candidates)
        }
        return found
    }
}

/// Why a node cannot be put together.
enum NodeError: Error, CustomStringConvertible {
    case noDemoImage([String])
    case badID(String)

    var description: String {
        switch self {
        case .badID(let id):
            "node.id: '\(id)' is no instance id: 1 to 63 lower-case letters, digits and '-', beginning with no '-'"
        case .noDemoImage(let places):
            "the demo guest's image is not built: run 'make demo' or name it by guest.demoImage "
                + "(looked for \(places.joined(separator: ", ")))"
        }
    }
}
