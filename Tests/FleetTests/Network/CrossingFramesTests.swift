import Foundation
import Testing

@testable import Fleet

/// Two real guests with a network card each, in a network namespace of their own.
@Suite("Crossing frames", .serialized, .timeLimit(.minutes(2)), .enabled(if: Namespace.kind == "private"))
struct CrossingFramesTests {
    private func withPair(
        _ network: GuestNetwork, _ body: ([Guest], [ChatterGuest]) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let chatters = try (0..<2).map { try ChatterGuest(in: folder, number: $0) }
            let run = try RunDirectory(path: folder + "/run")
            let guests = try chatters.map {
                Guest(
                    configuration: $0.configuration(network),
                    directory: try run.instance(InstanceID(ordinal: $0.number)), logger: testLogger)
            }
            do {
                for guest in guests { try await guest.start() }
                #expect(await chatters[0].hears(1, within: .seconds(15)))
                #expect(await chatters[1].hears(0, within: .seconds(15)))
                try await body(guests, chatters)
            } catch {
                for guest in guests { try? await guest.stop() }
                throw error
            }
            for guest in guests { try await guest.stop() }
        }
    }

    private func exists(_ interface: String) -> Bool {
        FileManager.default.fileExists(atPath: "/sys/class/net/\(interface)")
    }

    @Test("over the fleet's LAN on the loopback interface, also after a guest was handed over")
    func socket() async throws {
        try await withPair(GuestNetwork(.socket)) { guests, chatters in
            #expect(guests[0].network == GuestNetworkReading())
            #expect(guests[0].macAddress != guests[1].macAddress)
            try await guests[0].recover(.sound)
            #expect(await chatters[1].hears(0))
            #expect(await chatters[0].hears(1))
            try await guests[0].recover(.network)
            #expect(await chatters[0].hears(1))
        }
    }

    @Test("over TAPs on a bridge, which are mended while the guests run, and go with them")
    func tap() async throws {
        try await withPair(GuestNetwork(.tap)) { guests, chatters in
            #expect(guests[1].network == GuestNetworkReading(bridge: "loco0", tap: "loco0t1"))
            let pids = await [guests[0].services[2].pid, guests[1].services[2].pid]
            let faults: [[String]] = [
                ["set", "loco0t0", "down"], ["set", "loco0t0", "nomaster"], ["set", "loco0", "down"], ["del", "loco0"],
                ["del", "loco0t0"],
            ]
            for fault in faults {
                try Namespace.run("ip", ["link"] + fault)
                #expect(await !chatters[0].hears(1, within: .milliseconds(700)), "\(fault)")
                let began = ContinuousClock.now
                for guest in guests { try await guest.recover(.network) }
                #expect(await chatters[0].hears(1, within: .seconds(5)), "\(fault)")
                #expect(await chatters[1].hears(0, within: .seconds(5)), "\(fault)")
                print("measured: frames cross again", ContinuousClock.now - began, "after", fault)
            }
            #expect(await [guests[0].services[2].pid, guests[1].services[2].pid] == pids)
            try await guests[0].recover(.sound)
            #expect(await guests[0].services[2].pid != pids[0])
            #expect(await chatters[0].hears(1))
            #expect(await chatters[1].hears(0))
            try await guests[0].recover(.qemu)
            #expect(await chatters[1].hears(0))
            try await guests[0].stop()
            #expect(!exists("loco0t0"))
            #expect(exists("loco0"))
        }
        #expect(!exists("loco0t1"))
        #expect(!exists("loco0"))
    }

    @Test("a bridge and a TAP that were there before stay")
    func foreign() async throws {
        try Namespace.run("ip", ["link", "add", "lan0", "type", "bridge"])
        try Namespace.run("ip", ["tuntap", "add", "lan0t0", "mode", "tap"])
        var network = GuestNetwork(.tap)
        network.bridge = "lan0"
        try await withPair(network) { _, _ in }
        #expect(exists("lan0"))
        #expect(exists("lan0t0"))
        #expect(!exists("lan0t1"))
    }

    @Test("a TAP that another program holds is refused by name")
    func held() async throws {
        try await withPair(GuestNetwork(.tap)) { _, chatters in
            try await withTemporaryFolder { folder in
                let rival = Guest(
                    configuration: chatters[0].configuration(GuestNetwork(.tap)),
                    directory: try RunDirectory(path: folder + "/run").instance(InstanceID(ordinal: 0)),
                    logger: testLogger)
                let error = await #expect(throws: ProcessError.self) { try await rival.start() }
                #expect("\(error!)".contains("loco0t0"))
            }
            // The rival's end has taken nothing from the guest.
            #expect(await chatters[1].hears(0))
        }
    }
}
