/// What a process does in a running Loco.
enum Role: String, CaseIterable, Sendable {
    case hub
    case node
    case qemu
    case xserver
    case pulse
    /// A descendant of Loco that is none of the above.
    case other
    /// This program: the receiving side.
    case bench

    /// The role of a process in the tree that `root` (`loco up`) began. Nodes run the same program as `root`.
    init(of process: ProcessEntry, root: ProcessEntry) {
        if process.identity == root.identity {
            self = .hub
        } else if process.name.hasPrefix("qemu-system") {
            self = .qemu
        } else if ["Xvfb", "Xorg", "Xephyr"].contains(process.name) {
            self = .xserver
        } else if process.name == "pulseaudio" {
            self = .pulse
        } else if process.name == root.name {
            self = .node
        } else {
            self = .other
        }
    }
}
