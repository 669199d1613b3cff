/// QEMU's command line as a typed description. Values from outside are escaped where QEMU parses commas, and no
/// shell ever sees them.
struct Machine: Sendable, Equatable {
    /// A boot medium as QEMU attaches it.
    enum Drive: Sendable, Equatable {
        case floppy(path: String)
        /// An overlay that does not outlive QEMU. QEMU's own `snapshot=on` would do the same with a file of its process
        /// alone, which a QEMU that takes the guest over could not read.
        case throwaway(path: String)
        case overlay(path: String)
    }

    var configuration: GuestConfiguration
    var useKVM: Bool
    var drive: Drive
    var qmpSocket: String
    /// The sound server's; nil for a guest that nobody hears.
    var pulseSocket: String?
    /// Where QEMU's RFB server listens, unless the guest's own arguments say something about one.
    var vncSocket: String?
    /// The guest comes from another QEMU, which still runs it.
    var takesOver = false

    var network: NetworkAttachment {
        NetworkAttachment(network: configuration.network, number: configuration.number)
    }

    /// How long QEMU's sound may wait in PulseAudio, in microseconds: measured at 15 ms of buffer and 1.2 % of a core
    /// for the sound server; half of it doubles the cost and QEMU's default holds 40 ms.
    static let soundLatency = 20_000

    var arguments: [String] {
        let guest = configuration
        var result = ["-nodefaults", "-no-user-config", "-name", "guest=" + Self.escape(guest.name)]
        result += ["-machine", "\(Self.escape(guest.machine)),pcspk-audiodev=snd0"]
        result += ["-accel", useKVM ? "kvm" : "tcg"]
        if let cpu = guest.cpu { result += ["-cpu", cpu] }
        result += ["-m", "\(guest.memoryMB)", "-vga", guest.vga]
        result += ["-rtc", "base=" + (guest.localTime ? "localtime" : "utc")]
        result += network.arguments(plugged: !takesOver || !network.isDetachable)
        result += driveArguments
        result += ["-display", "sdl,gl=off,show-cursor=off"]
        result += ["-audiodev", audioBackend]
        result += guest.sound.arguments
        if guest.tablet { result += ["-usb", "-device", "usb-tablet"] }
        result += ["-qmp", "unix:\(Self.escape(qmpSocket)),server=on,wait=off"]
        result += ["-fw_cfg", "name=opt/loco/number,string=\(guest.number)"]
        if guest.sandbox { result += ["-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny"] }
        if let vncSocket, !configuration.namesVNC { result += ["-vnc", "unix:" + Self.escape(vncSocket)] }
        if takesOver { result += ["-incoming", "defer", "-S"] }
        result += guest.extraArguments
        return result
    }

    private var audioBackend: String {
        // It keeps time as the other does, so that the guest notices nothing.
        guard let pulseSocket else { return "none,id=snd0,out.frequency=48000,out.channels=2,out.format=s16" }
        return "pa,id=snd0,server=unix:\(Self.escape(pulseSocket)),out.frequency=48000,out.channels=2,out.format=s16,"
            + "out.latency=\(Self.soundLatency),out.buffer-length=\(2 * Self.soundLatency)"
    }

    private var driveArguments: [String] {
        switch drive {
        case .floppy(let path):
            ["-drive", "if=floppy,format=raw,readonly=on,file=" + Self.escape(path), "-boot", "order=a,menu=off"]
        case .throwaway(let path):
            [
                "-drive", "if=ide,index=0,media=disk,format=qcow2,cache=unsafe,file=" + Self.escape(path),
                "-boot", "order=c,menu=off",
            ]
        case .overlay(let path):
            [
                "-drive", "if=ide,index=0,media=disk,format=qcow2,file=" + Self.escape(path),
                "-boot", "order=c,menu=off",
            ]
        }
    }

    /// A value inside one of QEMU's comma-separated options: a comma is doubled, nothing else is special.
    static func escape(_ value: String) -> String {
        value.split(separator: ",", omittingEmptySubsequences: false).joined(separator: ",,")
    }
}
