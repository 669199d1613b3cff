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

    @Test("KVM without virtualisation hardware under it is not chosen by itself")
    func kvm() {
        #expect(Accelerator.kvmDisadvantage(cpuInfo: "flags\t\t: fpu vmx sse\n") == nil)
        #expect(Accelerator.kvmDisadvantage(cpuInfo: "flags\t\t: fpu svm sse\n") == nil)
        #expect(Accelerator.kvmDisadvantage(cpuInfo: "flags\t\t: fpu sse hypervisor\n") != nil)
        #expect(Accelerator.kvmDisadvantage(cpuInfo: nil) == nil)
    }
}
