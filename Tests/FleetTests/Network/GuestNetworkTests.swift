import Testing

@testable import Fleet

@Suite("Guest network")
struct GuestNetworkTests {
    @Test("addresses are stable, locally administered, and distinct within and between fleets")
    func addresses() {
        #expect(MACAddress(seed: "a", number: 3).description == MACAddress(seed: "a", number: 3).description)
        let all = ["a", "b", "host/run", "host/run2"].flatMap { seed in
            (0..<1000).map { MACAddress(seed: seed, number: $0) }
        }
        #expect(Set(all).count == 4000)
        for address in all {
            #expect(address.bytes.count == 6)
            #expect(address.bytes[0] & 0x03 == 0x02)
            #expect(!address.isOurs)
        }
        #expect(MACAddress.ourBridge.isOurs)
        #expect(MACAddress.ourTap(9999).isOurs)
        #expect(MACAddress.ourTap(9999) != .ourBridge)
    }

    @Test("an address is what it was in the last version")
    func pinned() {
        #expect(MACAddress(seed: "loco", number: 258).description.hasSuffix(":01:02"))
    }

    @Test(
        "names and groups that cannot work are refused with the setting's name",
        arguments: ["", "a/b", "bridge-too-long", "a b", "a,b"])
    func names(_ bridge: String) {
        var network = GuestNetwork(.tap)
        network.bridge = bridge
        let error = #expect(throws: NetworkError.self) { try network.check() }
        #expect(error == .badName(bridge))
        #expect("\(error!)".contains("guest.bridge"))
    }

    @Test("a group must be multicast", arguments: ["127.0.0.1", "10.0.0.1", "x", "240.0.0.1", "239.1.1.1,foo=1"])
    func groups(_ group: String) {
        var network = GuestNetwork(.socket)
        network.group = group
        #expect(throws: NetworkError.self) { try network.check() }
        network.group = "239.1.2.3"
        #expect(throws: Never.self) { try network.check() }
    }

    @Test("a card has no boot ROM and a way out behind a hub; the one that takes a guest over gets it later")
    func arguments() {
        var configuration = GuestConfiguration.windows98(number: 2, disk: "/d")
        configuration.network.kind = .tap
        var machine = Machine(
            configuration: configuration, useKVM: false, drive: .overlay(path: "/o"), qmpSocket: "/q", pulseSocket: "/p"
        )
        #expect(machine.arguments.contains("tap,id=link0,ifname=loco0t2,script=no,downscript=no"))
        #expect(machine.arguments.contains { $0.hasPrefix("ne2k_pci,netdev=net0,mac=") && $0.hasSuffix(",romfile=") })
        machine.takesOver = true
        #expect(!machine.arguments.contains { $0.hasPrefix("tap,") })
        machine.configuration.network.kind = .user
        #expect(machine.arguments.contains("user,id=link0"))
        machine.configuration.network.kind = .none
        #expect(machine.arguments.contains("none"))
    }
}
