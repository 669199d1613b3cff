import Fleet
import Pipelines
import Signaling

/// Every setting there is. The order is that of the documentation.
enum ConfigurationTable {
    static let keys: [ConfigurationKey] = [
        .init(
            "hub.host", .text, .text("127.0.0.1"), "Address the hub listens on; one that is not loopback needs a token."
        ),
        .init(
            "hub.port", .number(0...65535), .number(3000), "Port of the dashboard and the API; 0 takes any free one."),
        .init(
            "hub.url", .url, .text(""),
            "Public address of the dashboard, for the VR wall's link to it; empty for hub.port on the wall's host."),
        .init(
            "hub.discovery", .choice(DiscoveryKind.allCases.map(\.rawValue)), .text(DiscoveryKind.auto.rawValue),
            "How the hub finds its instances; auto takes kubernetes inside a cluster, else agents where"
                + " hub.inventory is set, else static where hub.instancesFile is, else local."),
        .init(
            "hub.instancesFile", .text, .text(""),
            "Path of an instances.json that lists the instances, or stands in for a cluster that is not there; empty for"
                + " none."),
        .init(
            "hub.inventory", .text, .text(""),
            "Path of an inventory.yml that lists the hosts whose agents run the instances; empty for none."),
        .init(
            "hub.allowedOrigins", .list(of: nil), .list([]),
            "Origins of other sites' pages that may use the API, as https://host:port."),
        .init(
            "kubernetes.api", .text, .text(""),
            "URL of the Kubernetes API, https or on loopback; empty for that of the cluster the hub runs in."),
        .init(
            "kubernetes.namespace", .text, .text(""),
            "Namespace of the pods; empty for KUBERNETES_NAMESPACE, else the service account's, else loco."),
        .init(
            "kubernetes.selector", .text,
            .text("app.kubernetes.io/component=emulator,app.kubernetes.io/part-of=lego-loco-cluster"),
            "Labels of the pods that are instances."),
        .init("kubernetes.statefulSet", .text, .text("loco-emulator"), "The StatefulSet that is scaled."),
        .init("kubernetes.nodePort", .number(1...65535), .number(3100), "Port of the node in each pod."),
        .init(
            "kubernetes.tokenFile", .text, .text("\(KubernetesCluster.account)/token"),
            "File of the token for the Kubernetes API, read at every request; empty for none."),
        .init(
            "kubernetes.caFile", .text, .text("\(KubernetesCluster.account)/ca.crt"),
            "File of the Kubernetes API's certificate authority (PEM); empty for those of the system."),
        .init("vr.enabled", .flag, .flag(true), "Serves the VR wall, on a port of its own."),
        .init(
            "vr.port", .number(0...65535), .number(3002),
            "Port of the VR wall and the same API, on hub.host; 0 takes any free one."),
        .init(
            "vr.url", .url, .text(""),
            "Public address of the VR wall, for the dashboard's link to it; empty for vr.port on the dashboard's host."),
        .init(
            "active.cpuShare", .decimal(0.01...1), .decimal(0.25),
            "A guest's share of the processors while others are in the active set and it is not; 1 for an equal one."),
        .init(
            "active.pauseUnfocused", .flag, .flag(false),
            "Pauses the guests that are not in the active set while others are."),
        .init(
            "tls.certificate", .text, .text(""),
            "Path of the certificate chain (PEM) for https and wss; empty for plain HTTP. Needs tls.key."),
        .init("tls.key", .text, .text(""), "Path of the certificate's private key (PEM)."),
        .init(
            "token", .secret, .text(""), "The bearer token that clients must present; empty for none, on loopback only."
        ),
        .init(
            "controlToken", .secret, .text(""),
            "A bearer token for those who may watch and play, and not mend or restart; empty for none. Needs token."),
        .init(
            "viewToken", .secret, .text(""), "A bearer token for those who may only watch; empty for none. Needs token."
        ),
        .init(
            "logLevel", .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]), .text("info"),
            "The least severe messages that are logged."),
        .init(
            "logFormat", .choice(LogFormat.allCases.map(\.rawValue)), .text(LogFormat.text.rawValue),
            "How log lines are written: text for people, json for programs, one object per line."),
        .init(
            "runDirectory", .text, .text(""),
            "Folder of sockets, logs and overlays; empty for $XDG_RUNTIME_DIR/loco or /tmp/loco-<uid>."),
        .init(
            "stateDirectory", .text, .text(""),
            "Folder of the active set and of the history of crashes and recoveries; empty for 'state' in runDirectory"
                + " where that is set, else $XDG_STATE_HOME/loco or ~/.local/state/loco."),
        .init(
            "node.host", .text, .text("127.0.0.1"), "Address a node listens on; one that is not loopback needs a token."
        ),
        .init("node.port", .number(0...65535), .number(3100), "Port of a node; 0 takes any free one."),
        .init("node.id", .text, .text(""), "The instance a node serves; empty for instance-<node.number>."),
        .init("node.number", .number(0...9999), .number(0), "The guest's number."),
        .init(
            "agent.host", .text, .text("127.0.0.1"),
            "Address an agent listens on, and its nodes; one that is not loopback needs agent.token, and token for the"
                + " nodes."),
        .init("agent.port", .number(0...65535), .number(8081), "Port of an agent; 0 takes any free one."),
        .init(
            "agent.token", .secret, .text(""),
            "The bearer token of agents: whoever has it starts programs on their hosts; empty for none, on loopback only."
        ),
        .init("video.fps", .number(1...60), .number(30), "Most frames per second that are captured and sent."),
        .init("video.bitrate", .number(100...50_000), .number(2500), "Video bitrate in kbit/s."),
        .init(
            "video.codecs", .list(of: ["h264", "vp8"]), .list(["h264", "vp8"]),
            "Video codecs that are offered, the preferred one first."),
        .init(
            "video.tileWidth", .number(Rendition.widths), .number(384),
            "Width of the rendition tile, in pixels; a narrower guest is not enlarged."),
        .init(
            "video.tileFps", .number(Rendition.frameRates), .number(15),
            "Most frames per second of the rendition tile."),
        .init(
            "video.tileBitrate", .number(Rendition.bitrates), .number(400),
            "Bitrate of the rendition tile in kbit/s."),
        .init(
            "video.renditions", .renditions, .list([]),
            "Renditions beside full and tile, between which viewers change by wish and by what their path carries."),
        .init(
            "recording.directory", .text, .text(""),
            "Folder of the recordings, in a folder per instance; empty for 'recordings' in stateDirectory."),
        .init(
            "recording.maxSeconds", .number(1...604_800), .number(14_400),
            "Seconds after which a recording ends by itself."),
        .init(
            "recording.maxBytes", .number(1_000_000...1_000_000_000_000), .number(4 << 30),
            "Bytes after which a recording ends by itself."),
        .init(
            "recording.keepFree", .number(0...1_000_000_000_000), .number(1 << 30),
            "Bytes of the disk that recordings leave free: none begins, and one ends, where there are no more."),
        .init("audio.bitrate", .number(16...510), .number(96), "Opus bitrate in kbit/s."),
        .init(
            "ice.servers", .servers(ICEServer.Scheme.allCases), .list([]),
            "STUN and TURN servers for viewers; TURN needs ice.turnSecret."),
        .init(
            "ice.turnSecret", .secret, .text(""),
            "The secret shared with the TURN servers (coturn: static-auth-secret); viewers and nodes get time-limited"
                + " credentials made from it."),
        .init(
            "ice.turnTTL", .number(60...604_800), .number(3600), "How long TURN credentials are good for, in seconds."),
        .init(
            "ice.relay", .flag, .flag(false),
            "Nodes gather from ice.servers too: for nodes that TURN servers cannot reach by UDP."),
        .init(
            "ice.nodeServers", .servers([.stun, .turn]), .list([]),
            "STUN and TURN servers nodes gather from instead, as where they know a server by another address."),
        .init("ice.tcp", .flag, .flag(false), "Offers media over TCP too, for viewers whose network blocks UDP."),
        .init(
            "ice.addresses", .list(of: nil), .list([]),
            "Addresses to gather media candidates on; empty for all of the host's."),
        .init(
            "ice.portRange", .portRange, .text(""), "UDP and TCP ports for media, as 40000-40100; empty for any."),
        .init("ice.announced", .text, .text(""), "Address to announce instead of the host's own, as behind NAT."),
        .init("guest.disk", .text, .text(""), "Path of the guest's base image; empty for the demo guest."),
        .init(
            "guest.demoImage", .text, .text(""),
            "Path of the demo guest's boot image; empty for the one built with Loco."),
        .init(
            "guest.memory", .number(0...65_536), .number(0),
            "The guest's memory in MiB; 0 for what the guest needs: 32 for the demo, 512 for a disk."),
        .init(
            "guest.cpu", .text, .text(""),
            "QEMU's CPU model; empty for what the guest needs: QEMU's default for the demo, pentium2 for a disk."),
        .init("guest.machine", .text, .text("pc"), "QEMU's machine type."),
        .init("guest.vga", .choice(["std", "cirrus", "vmware"]), .text("std"), "The guest's graphics card."),
        .init(
            "guest.sound", .choice(["sb16", "ac97", "hda", "none"]), .text("sb16"), "The guest's sound card."),
        .init(
            "guest.accelerator", .choice(["auto", "kvm", "tcg"]), .text("auto"),
            "How QEMU runs the guest; auto takes KVM where /dev/kvm can be opened."),
        .init(
            "guest.tablet", .flag, .flag(false),
            "Gives the guest a USB tablet, for guests whose driver takes absolute pointer positions."),
        .init("guest.emulator", .text, .text("qemu-system-i386"), "The QEMU program: a name on the PATH, or a path."),
        .init(
            "guest.arguments", .text, .text(""),
            "Further words for QEMU's command line, separated by spaces; relative paths begin in the instance's folder."
        ),
        .init(
            "guest.network", .choice(["auto", "none", "user", "tap", "socket"]), .text("auto"),
            "What the guest's network card is plugged into: none, QEMU's own way out (user), a bridge of the host (tap),"
                + " a LAN of this host's guests (socket); auto for none for the demo, user for a disk."),
        .init(
            "guest.networkCard", .choice(NetworkCard.allCases.map(\.rawValue)), .text("ne2k_pci"),
            "The guest's network card."),
        .init(
            "guest.networkSeed", .text, .text(""),
            "What tells this fleet's guests from another's on one LAN; their addresses are made from it. Empty for the"
                + " host's id and the run directory."),
        .init(
            "guest.networkGroup", .text, .text("239.76.79.67"), "The multicast address of guest.network socket."),
        .init(
            "guest.networkPort", .number(1...65_535), .number(7632), "The UDP port of guest.network socket."),
        .init(
            "guest.bridge", .text, .text("loco0"),
            "The bridge of guest.network tap, 1 to 10 letters, digits, '-' and '_'; made when absent, and then removed"
                + " with the last guest."),
        .init(
            "supervision.healthyUptime", .number(1...3600), .number(30),
            "Seconds up, or well, after which a failure counts as a first one again and is mended at once."),
        .init(
            "supervision.delays", .seconds(0.1...3600), .list(["30", "60", "120"]),
            "Seconds between attempts after failures in quick succession; the last one repeats."),
        .init(
            "supervision.failures", .number(1...100), .number(5),
            "Failures of a process in a row after which it is not started any more without being asked."),
        .init(
            "supervision.recoveries", .number(1...100), .number(3),
            "Attempts in a row to mend an instance that is not well, without being asked."),
        .init("viewers.max", .number(1...256), .number(16), "Most viewers of one node at a time."),
    ]

    /// The keys by name.
    static let byName = Dictionary(uniqueKeysWithValues: keys.map { ($0.name, $0) })

    /// The keys by their name in the environment.
    static let byEnvironmentName = Dictionary(uniqueKeysWithValues: keys.map { ($0.environmentName, $0) })

    /// The keys by flag.
    static let byFlagName = Dictionary(uniqueKeysWithValues: keys.compactMap { key in key.flagName.map { ($0, key) } })

    /// The nearest of `names` to a misspelt one, if any is near.
    static func suggestion(for name: String, in names: some Sequence<String>) -> String? {
        names.map { ($0, distance(name.lowercased(), $0.lowercased())) }
            .filter { $0.1 <= 3 }
            .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    /// Levenshtein's edit distance.
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (i, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in right.indices {
                let substitution = diagonal + (character == right[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substitution, row[j] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
