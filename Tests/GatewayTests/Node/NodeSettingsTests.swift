import Fleet
import Pipelines
import Signaling
import Testing

@testable import Gateway

@Suite("Node settings", .timeLimit(.minutes(1)))
struct NodeSettingsTests {
    private func guest(_ settings: [String: String]) throws -> GuestConfiguration {
        try GuestConfiguration(LocoConfiguration(ResolvedConfiguration(environment: settings)))
    }

    @Test("What is set about the machine holds for the demo guest as for a disk")
    func settings() throws {
        let settings = [
            "LOCO_GUEST_MACHINE": "isapc", "LOCO_GUEST_VGA": "cirrus", "LOCO_GUEST_SOUND": "none",
            "LOCO_GUEST_MEMORY": "48", "LOCO_GUEST_CPU": "486", "LOCO_GUEST_ACCELERATOR": "kvm",
            "LOCO_GUEST_TABLET": "true",
        ]
        let source = ["LOCO_GUEST_DEMO_IMAGE": "/demo.img", "LOCO_GUEST_DISK": "/disk.img"]
        for (name, path) in source {
            let guest = try guest(settings.merging([name: path]) { $1 })
            #expect(guest.machine == "isapc")
            #expect(guest.vga == "cirrus")
            #expect(guest.sound == .none)
            #expect(guest.memoryMB == 48)
            #expect(guest.cpu == "486")
            #expect(guest.accelerator == .kvm)
            #expect(guest.tablet)
        }
    }

    @Test("What is not set is what the kind of guest needs")
    func defaults() throws {
        let demo = try guest(["LOCO_GUEST_DEMO_IMAGE": "/demo.img"])
        #expect(demo.accelerator == .tcg)
        #expect(demo.memoryMB == 32)
        let disk = try guest(["LOCO_GUEST_DISK": "/disk.img"])
        #expect(disk.accelerator == .automatic)
        #expect(disk.memoryMB == 512)
        #expect(disk.cpu == "pentium2")
    }

    @Test("The guest's own size comes first, then the other renditions by width, the tile among them")
    func renditions() throws {
        let settings = [
            "LOCO_VIDEO_RENDITIONS": "mini=160x5@80,wall=960x30@1500,same=384x15@300", "LOCO_VIDEO_FPS": "25",
            "LOCO_VIDEO_BITRATE": "3000",
        ]
        let media = MediaSettings(LocoConfiguration(try ResolvedConfiguration(environment: settings)))
        #expect(media.renditions.map(\.name) == ["full", "wall", "tile", "same", "mini"])
        #expect(media.full == Rendition(name: "full", width: nil, framesPerSecond: 25, bitrate: 3000))
        let tile = Rendition(name: "tile", width: 384, framesPerSecond: 15, bitrate: 400)
        #expect(media.rendition(named: "tile") == tile)
        let defaults = MediaSettings(LocoConfiguration(try ResolvedConfiguration(environment: [:])))
        #expect(defaults == MediaSettings())
    }

    @Test("A node gathers from the viewers' servers where it relays, and rather from its own where it has some")
    func servers() throws {
        func servers(_ settings: [String: String]) throws -> [String] {
            let settings = settings.merging(["LOCO_ICE_TURN_SECRET": "correct-horse"]) { $1 }
            return ICESettings(LocoConfiguration(try ResolvedConfiguration(environment: settings)))
                .servers.map(\.description)
        }
        let viewers = ["LOCO_ICE_SERVERS": "turn:a"]
        let both = viewers.merging(["LOCO_ICE_NODE_SERVERS": "stun:b"]) { $1 }
        #expect(try servers(viewers).isEmpty)
        #expect(try servers(viewers.merging(["LOCO_ICE_RELAY": "true"]) { $1 }) == ["turn:a:3478?transport=udp"])
        #expect(try servers(both) == ["stun:b:3478"])
    }
}
