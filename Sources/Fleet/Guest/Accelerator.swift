import Foundation

/// What runs the guest's instructions.
public enum Accelerator: String, Sendable, Codable, CaseIterable {
    /// KVM where it works, TCG elsewhere.
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
}
