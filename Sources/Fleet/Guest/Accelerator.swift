import Foundation
import Probe

/// What runs the guest's instructions.
public enum Accelerator: String, Sendable, Codable, CaseIterable {
    /// KVM where it works on virtualisation hardware, TCG elsewhere.
    case automatic
    /// The kernel's virtual machine; refused where it does not work.
    case kvm
    /// QEMU's translator: works everywhere, costs more.
    case tcg

    /// Why KVM cannot be used here; nil when it can. Opens /dev/kvm and makes an empty machine, because a device
    /// node alone proves nothing (in a container, or with virtualisation switched off in the firmware).
    public static func kvmObstacle() -> String? {
        let device = open("/dev/kvm", O_RDWR | O_CLOEXEC)
        guard device >= 0 else { return "/dev/kvm: \(errnoText())" }
        defer { close(device) }
        let getAPIVersion: UInt = 0xAE00
        let createMachine: UInt = 0xAE01
        guard ioctl(device, getAPIVersion, 0) == 12 else { return "/dev/kvm speaks an unknown version" }
        let machine = ioctl(device, createMachine, 0)
        guard machine >= 0 else { return "/dev/kvm makes no machine: \(errnoText())" }
        close(machine)
        return nil
    }

    /// Why KVM is not worth its use here; nil when it is.
    ///
    /// A KVM without virtualisation hardware under it (a paravirtual one inside another hypervisor) emulates 16 and
    /// 32 bit code instruction by instruction. Measured on such a host: the demo guest takes 105 % of a core instead of
    /// 8 % under TCG, and starts in 2.1 s instead of 0.25 s.
    static func kvmDisadvantage(cpuInfo: String? = KernelFile.text("/proc/cpuinfo"))
        -> String?
    {
        let flags = cpuInfo?.split(separator: "\n").first { $0.hasPrefix("flags") }?.split(separator: " ")
        guard let flags, !flags.contains("vmx"), !flags.contains("svm") else { return nil }
        return "the processor shows no virtualisation hardware, so KVM would emulate what TCG translates"
    }
}
