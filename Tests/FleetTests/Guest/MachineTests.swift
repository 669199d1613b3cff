import Probe
import Testing

@testable import Fleet

@Suite("Machine")
struct MachineTests {
    private func machine(_ configuration: GuestConfiguration, drive: Machine.Drive) -> Machine {
        Machine(
            configuration: configuration, useKVM: false, drive: drive, qmpSocket: "/r/qmp.sock",
            pulseSocket: "/r/pulse.sock")
    }

    @Test("commas in names and paths are doubled, and nothing else changes")
    func commas() {
        var configuration = GuestConfiguration(number: 3, name: "a,b $(x) 'y'", boot: .disk("/d"))
        configuration.cpu = "pentium2"
        let arguments = machine(configuration, drive: .overlay(path: "/tmp/a,b;c.qcow2")).arguments
        #expect(arguments.contains("guest=a,,b $(x) 'y'"))
        #expect(arguments.contains { $0.hasSuffix("file=/tmp/a,,b;c.qcow2") })
        #expect(arguments.contains("name=opt/loco/number,string=3"))
    }

    @Test("a Windows 98 guest has the hardware its drivers are for")
    func windows98() {
        let arguments = machine(.windows98(number: 0, disk: "/d"), drive: .overlay(path: "/o")).arguments
        for expected in ["pentium2", "512", "sb16,audiodev=snd0", "base=localtime", "user,id=link0"] {
            #expect(arguments.contains(expected))
        }
        #expect(!arguments.contains("usb-tablet"))
    }

    @Test("QEMU serves RFB on the instance's socket unless the guest's arguments say something about it")
    func vnc() {
        var configuration = GuestConfiguration(number: 0, boot: .disk("/d"))
        func arguments() -> [String] {
            Machine(
                configuration: configuration, useKVM: false, drive: .overlay(path: "/o"), qmpSocket: "/r/qmp.sock",
                pulseSocket: "/r/pulse.sock", vncSocket: "/r,x/vnc.sock"
            ).arguments
        }
        #expect(arguments().contains("unix:/r,,x/vnc.sock"))
        configuration.extraArguments = ["-vnc", "none"]
        #expect(arguments().filter { $0 == "-vnc" }.count == 1)
        #expect(!arguments().contains { $0.hasPrefix("unix:/r,,x") })
    }

    @Test("where a bridge reaches RFB follows from the guest's arguments")
    func vncAddress() async throws {
        try await withTemporaryFolder { folder in
            let directory = try InstanceDirectory(path: folder + "/i", id: InstanceID(ordinal: 0))
            func vnc(_ extra: [String]) -> GuestVNC {
                var configuration = GuestConfiguration(number: 0, boot: .disk("/d"))
                configuration.extraArguments = extra
                return GuestVNC(configuration, directory: directory)
            }
            #expect(vnc([]).address == .socket(path: folder + "/i/vnc.sock"))
            let successor = ListeningSocket.unix(path: folder + "/i/vnc2.sock")
            #expect(vnc([]).isServed(by: [successor]))
            #expect(vnc(["-vnc", "unix:own"]).address == .socket(path: folder + "/i/own"))
            #expect(vnc(["-vnc", "127.0.0.1:2"]).address == .ports(5902...5902))
            // Another program may have the first of them.
            #expect(vnc(["-vnc", "127.0.0.1:2,to=9"]).address == nil)
            #expect(vnc(["-vnc", "127.0.0.1:2,to=9"]).isWanted)
            #expect(!vnc(["-vnc", "none"]).isWanted && vnc(["-vnc", "none"]).address == nil)
        }
    }

    @Test("KVM without virtualisation hardware under it is not chosen by itself")
    func kvm() {
        #expect(Accelerator.kvmDisadvantage(cpuInfo: "flags\t\t: fpu vmx sse\n") == nil)
        #expect(Accelerator.kvmDisadvantage(cpuInfo: "flags\t\t: fpu svm sse\n") == nil)
        #expect(Accelerator.kvmDisadvantage(cpuInfo: "flags\t\t: fpu sse hypervisor\n") != nil)
        #expect(Accelerator.kvmDisadvantage(cpuInfo: nil) == nil)
    }
}
