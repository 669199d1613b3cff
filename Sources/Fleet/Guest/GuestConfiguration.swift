/// What a guest is: its machine, its boot medium, its sound and screen.
public struct GuestConfiguration: Sendable, Codable, Hashable {
    /// The guest's ordinal; it reaches the guest as `opt/loco/number` of QEMU's fw_cfg.
    public var number: Int
    /// What people call it.
    public var name: String
    /// What it boots from.
    public var boot: BootSource
    /// The QEMU program.
    public var emulator = "qemu-system-i386"
    /// What runs its instructions.
    public var accelerator = Accelerator.automatic
    /// QEMU's machine type.
    public var machine = "pc"
    /// QEMU's CPU model; QEMU's default when nil.
    public var cpu: String?
    /// Memory in MiB.
    public var memoryMB = 64
    /// QEMU's `-vga`: std, vmware, cirrus ...
    public var vga = "std"
    /// The sound card.
    public var sound = SoundDevice.sb16
    /// What its network card is plugged into; no card by default.
    public var network = GuestNetwork()
    /// A USB tablet for absolute mouse positions; Windows 98 has no driver for it.
    public var tablet = false
    /// True for guests that take the clock as local time, as Windows does.
    public var localTime = false
    /// QEMU's system call filter: a guest that breaks out can start no program and gain no privileges.
    public var sandbox = true
    /// Arguments appended to QEMU's as they are, one element each.
    public var extraArguments: [String] = []
    /// The X server's screen; no guest mode can be larger.
    public var screenWidth = 1600
    /// The X server's screen; no guest mode can be larger.
    public var screenHeight = 1200

    /// A guest with QEMU's plain PC.
    public init(number: Int, name: String? = nil, boot: BootSource) {
        self.number = number
        self.name = name ?? "Loco guest \(number)"
        self.boot = boot
    }

    /// The demo guest: small, with the read-only image that all demo guests share. It runs under TCG, which
    /// at its load costs no more than KVM anywhere and less in many places. It has no driver for a network card, so it
    /// has none.
    public static func demo(number: Int, image: String) -> GuestConfiguration {
        var configuration = GuestConfiguration(number: number, boot: .sharedImage(image))
        configuration.memoryMB = 32
        configuration.accelerator = .tcg
        return configuration
    }

    /// A Windows 98 guest with its own disk.
    public static func windows98(number: Int, disk: String) -> GuestConfiguration {
        let name = number == 0 ? "Windows 98 - Game Server" : "Windows 98 - Client \(number)"
        var configuration = GuestConfiguration(number: number, name: name, boot: .disk(disk))
        configuration.cpu = "pentium2"
        configuration.memoryMB = 512
        configuration.localTime = true
        configuration.network.kind = .user
        return configuration
    }
}
