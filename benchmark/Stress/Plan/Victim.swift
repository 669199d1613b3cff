/// A process that a step kills.
enum Victim: String, Codable, Sendable, CaseIterable {
    case hub
    case node
    case qemu
    case pulse
}
