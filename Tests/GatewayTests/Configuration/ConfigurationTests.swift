import Foundation
import Testing

@testable import Gateway

struct ConfigurationTests {
    private func resolve(
        flags: [String] = [], environment: [String: String] = [:], file: String? = nil
    ) throws -> ResolvedConfiguration {
        try ResolvedConfiguration(
            flags: SettingFlags.parse(flags), environment: environment,
            file: file.map { ("loco.json", Data($0.utf8)) })
    }

    @Test func `flags win over the environment, the environment over the file, the file over the defaults`() throws {
        let file = #"{"hub": {"port": 1, "host": "127.0.0.2"}, /* comment */ "video": {"fps": 20}}"#
        let values = try resolve(
            flags: ["--hub-port=3"], environment: ["LOCO_HUB_PORT": "2", "LOCO_VIDEO_FPS": "25"], file: file)
        #expect(values.entries["hub.port"] == .init(value: .number(3), source: .flag("--hub-port")))
        #expect(values.entries["video.fps"]?.source == .environment(variable: "LOCO_VIDEO_FPS"))
        #expect(values.entries["hub.host"]?.source == .file(path: "loco.json"))
        #expect(values.entries["audio.bitrate"]?.source == .defaults)
    }

    @Test func `a share is taken as a number, whole or not, wherever it is set`() throws {
        for file in [#"{"active":{"cpuShare":0.5}}"#, #"{"active":{"cpuShare":1}}"#] {
            let share = LocoConfiguration(try resolve(file: file)).active.cpuShare
            #expect(share == (file.contains("0.5") ? 0.5 : 1))
        }
        #expect(LocoConfiguration(try resolve(flags: ["--active-cpu-share", "0.1"])).active.cpuShare == 0.1)
        #expect(LocoConfiguration(try resolve()).active.cpuShare == 0.25)
    }

    @Test(arguments: [
        (#"{"hub":{"prot":1}}"#, "loco.json: there is no setting 'hub.prot'; did you mean hub.port?"),
        (#"{"zzz":1}"#, "loco.json: there is no setting 'zzz'; 'loco config' lists them all"),
        (
            #"{"hub":{"port":70000}}"#,
            "hub.port: '70000' (from loco.json) is not allowed: it must be a whole number from 0 to 65535"
        ),
        (
            #"{"hub":{"port":"3000"}}"#,
            "hub.port: '3000' (from loco.json) is not allowed: it must be a whole number from 0 to 65535"
        ),
        (
            #"{"video":{"codecs":["av1"]}}"#,
            #"video.codecs: '["av1"]' (from loco.json) is not allowed: it must be a list of one or more of h264, vp8"#
        ),
        (
            #"{"token":"short"}"#,
            "token: the value (from loco.json) is not allowed: it must be empty or 12 to 256 visible ASCII characters"
        ),
        (
            #"{"active":{"cpuShare":1.5}}"#,
            "active.cpuShare: '1.5' (from loco.json) is not allowed: it must be a number from 0.01 to 1"
        ),
        (
            #"{"hub":{"port":0.5}}"#,
            "hub.port: '0.5' (from loco.json) is not allowed: it must be a whole number from 0 to 65535"
        ),
        ("{", "loco.json: it is not valid JSON"), ("[]", "loco.json: it must hold one object"),
    ])
    func `a bad file is refused naming the setting, the value and what is allowed`(file: String, message: String) {
        #expect { try resolve(file: file) } throws: { "\($0)" == message }
    }

    @Test(arguments: [
        ("LOCO_HUB_PROT", "1", "environment: there is no setting LOCO_HUB_PROT; did you mean LOCO_HUB_PORT?"),
        (
            "LOCO_VIDEO_FPS", "0",
            "video.fps: '0' (from LOCO_VIDEO_FPS) is not allowed: it must be a whole number from 1 to 60"
        ),
        (
            "LOCO_GUEST_TABLET", "maybe",
            "guest.tablet: 'maybe' (from LOCO_GUEST_TABLET) is not allowed: it must be true or false"
        ),
        (
            "LOCO_ICE_PORT_RANGE", "5-4",
            "ice.portRange: '5-4' (from LOCO_ICE_PORT_RANGE) is not allowed: it must be empty or two ports as 40000-40100"
        ),
        (
            "LOCO_ICE_SERVERS", "stun:a,turn:b:x",
            "ice.servers: 'stun:a,turn:b:x' (from LOCO_ICE_SERVERS) is not allowed: it must be a list of stun:host:port, turn:host:port?transport=udp or tcp, turns:host:port"
        ),
        (
            "LOCO_ICE_NODE_SERVERS", "turns:b",
            "ice.nodeServers: 'turns:b' (from LOCO_ICE_NODE_SERVERS) is not allowed: it must be a list of stun:host:port, turn:host:port?transport=udp or tcp"
        ),
        (
            "LOCO_ICE_SERVERS", "turn:b",
            "ice.servers: 'turn:b:3478?transport=udp' needs credentials: set LOCO_ICE_TURN_SECRET, or 'ice.turnSecret' in loco.json, to the secret the server knows"
        ),
        (
            "LOCO_ICE_RELAY", "true",
            "ice.relay: there is no turn: server to relay by: add one to ice.servers or ice.nodeServers (turns: ones serve viewers only)"
        ),
        (
            "LOCO_LOG_LEVEL", "loud",
            "logLevel: 'loud' (from LOCO_LOG_LEVEL) is not allowed: it must be one of trace, debug, info, notice, warning, error, critical"
        ),
    ])
    func `a bad environment is refused`(variable: String, value: String, message: String) {
        #expect { try resolve(environment: [variable: value]) } throws: { "\($0)" == message }
    }

    @Test(arguments: [
        (["--hub-prot", "1"], "there is no flag --hub-prot; did you mean --hub-port?"),
        (["stray"], "there is no flag stray; 'loco config' lists them all"),
        (["--hub-port"], "--hub-port needs a value"), (["--hub-port", "--hub-host", "x"], "--hub-port needs a value"),
        (
            ["--token", "abc"],
            "token is a secret and every user of this machine can read a command line: set LOCO_TOKEN, or 'token' in loco.json"
        ),
    ])
    func `bad flags are refused`(flags: [String], message: String) {
        #expect { try resolve(flags: flags) } throws: { "\($0)" == message }
    }

    @Test(arguments: [
        "wall", "wall=960", "wall=960x30", "wall=960x30@", "wall=960x30@1500@1", "wall=960x30x2@1500", "=960x30@1500",
        "Wall=960x30@1500", "w_l=960x30@1500", "wall=63x30@1500", "wall=1921x30@1500", "wall=960x0@1500",
        "wall=960x61@1500", "wall=960x30@49", "wall=960x30@50001", "wall=+960x30@1500", "wall=960 x30@1500",
        "full=960x30@1500", "tile=960x30@1500", "wall=960x30@1500,wall=640x30@900",
        "wall=960x30@1500,broken", "\(String(repeating: "w", count: 33))=960x30@1500",
    ])
    func `a rendition that is malformed, or whose name is taken, is refused by name with the form`(text: String) {
        #expect { try resolve(environment: ["LOCO_VIDEO_RENDITIONS": text]) } throws: {
            let message = "\($0)"
            return message.hasPrefix("video.renditions: '\(text)' (from LOCO_VIDEO_RENDITIONS) is not allowed")
                && message.contains("name=WIDTHxFPS@KBITS") && message.hasSuffix("each name once")
        }
    }

    @Test func `renditions are read from everywhere, and handed on to nodes as they were given`() throws {
        let file = #"{"video": {"renditions": ["wall=960x30@1500", "list-2=200x5@100"], "tileWidth": 320}}"#
        let values = try resolve(environment: ["LOCO_VIDEO_TILE_FPS": "10"], file: file)
        let video = LocoConfiguration(values).video
        #expect(video.renditions.map(\.name) == ["wall", "list-2"])
        #expect(video.renditions[0].width == 960 && video.renditions[0].framesPerSecond == 30)
        #expect(video.renditions[0].bitrate == 1500)
        #expect(video.tileWidth == 320 && video.tileFps == 10 && video.tileBitrate == 400)
        #expect(values.nodeEnvironment["LOCO_VIDEO_RENDITIONS"] == "wall=960x30@1500,list-2=200x5@100")
        let handedOn = LocoConfiguration(try resolve(environment: values.nodeEnvironment))
        #expect(handedOn.video.renditions == video.renditions)
    }

    @Test(arguments: [
        ("LOCO_VIDEO_TILE_WIDTH", "63", "video.tileWidth", "a whole number from 64 to 1920"),
        ("LOCO_VIDEO_TILE_FPS", "61", "video.tileFps", "a whole number from 1 to 60"),
        ("LOCO_VIDEO_TILE_BITRATE", "49", "video.tileBitrate", "a whole number from 50 to 50000"),
    ])
    func `a tile out of range is refused`(variable: String, value: String, name: String, allowed: String) {
        #expect { try resolve(environment: [variable: value]) } throws: {
            "\($0)" == "\(name): '\(value)' (from \(variable)) is not allowed: it must be \(allowed)"
        }
    }

    @Test(arguments: ["0.0.0.0", "192.168.1.5", "::", "example.org", "127.1", "1270.0.0.1"])
    func `an address that others reach needs a token`(host: String) throws {
        let open = LocoConfiguration(try resolve(environment: ["LOCO_HUB_HOST": host]))
        #expect { try open.requireTokenUnlessLoopback("hub.host", open.hub.host) } throws: {
            "\($0)"
                == "hub.host: '\(host)' can be reached by others and no token is set: set LOCO_TOKEN, or use 127.0.0.1"
        }
        let closed = LocoConfiguration(
            try resolve(environment: ["LOCO_HUB_HOST": host, "LOCO_TOKEN": "correct-horse"]))
        try closed.requireTokenUnlessLoopback("hub.host", closed.hub.host)
    }

    @Test(arguments: ["127.0.0.1", "127.8.9.1", "localhost", "::1"])
    func `loopback needs none`(host: String) { #expect(LocoConfiguration.isLoopback(host)) }

    @Test func `tokens of lesser scopes need the first one, and each is its own`() throws {
        #expect(throws: ConfigurationError.scopedWithoutToken(name: "viewToken")) {
            try resolve(environment: ["LOCO_VIEW_TOKEN": "correct-horse"])
        }
        let same = ["LOCO_TOKEN": "correct-horse", "LOCO_CONTROL_TOKEN": "battery-staple"]
        for token in same.values {
            #expect {
                try resolve(environment: same.merging(["LOCO_VIEW_TOKEN": token]) { $1 })
            } throws: {
                let message = "\($0)"
                return message.hasPrefix("viewToken and ") && !message.contains(token)
            }
        }
        let values = try resolve(environment: same.merging(["LOCO_VIEW_TOKEN": "look-but-do-not-touch"]) { $1 })
        let configuration = LocoConfiguration(values)
        #expect(configuration.controlToken == "battery-staple" && configuration.viewToken == "look-but-do-not-touch")
        #expect(values.nodeEnvironment["LOCO_VIEW_TOKEN"] == "look-but-do-not-touch")
        #expect(!ConfigurationReport.effective(values).contains("battery"))
    }

    @Test func `a secret is never printed`() throws {
        let values = try resolve(environment: ["LOCO_TOKEN": "correct-horse-battery"])
        let text = ConfigurationReport.effective(values)
        #expect(!text.contains("correct-horse") && text.contains("(set)"))
        #expect(ConfigurationTable.byFlagName["--token"] == nil)
    }

    @Test func `every default is allowed by its own rule, and reads back from the environment`() throws {
        for key in ConfigurationTable.keys {
            #expect(key.kind.accept(key.defaultValue) == key.defaultValue, "\(key.name)")
            if key.kind == .list(of: nil) { continue }
            #expect(key.kind.parse(key.defaultValue.description) == key.defaultValue, "\(key.name)")
        }
        #expect(Set(ConfigurationTable.keys.map(\.environmentName)).count == ConfigurationTable.keys.count)
    }

    @Test func `the documentation is the table`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/configuration.md"), encoding: .utf8)
        #expect(text == ConfigurationReport.markdown(), "run: loco config --markdown > docs/configuration.md")
    }
}
