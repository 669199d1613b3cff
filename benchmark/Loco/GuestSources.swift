import Foundation
import Probe

/// Where a guest's picture and sound can be had besides from its node: what the floor captures.
struct GuestSources: Sendable, Codable {
    /// The X display, such as `:7`.
    let display: String
    /// The file with the display's secret.
    let xauthority: String
    /// PulseAudio's address.
    let pulse: String
    let width: Int
    let height: Int

    /// PulseAudio's source with what the guest plays.
    static let soundDevice = "loco.monitor"

    /// Reads them from the environment of the guest's QEMU.
    ///
    /// - Parameter directory: the instance's folder.
    init(qemu: ProcessEntry, directory: String, width: Int, height: Int) throws {
        let text = KernelFile.text("/proc/\(qemu.identity.pid)/environ") ?? ""
        var variables: [String: String] = [:]
        for entry in text.split(separator: "\0") {
            let parts = entry.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
        }
        guard let display = variables["DISPLAY"], let xauthority = variables["XAUTHORITY"] else {
            throw BenchError.noDisplay(qemu: qemu.identity.pid)
        }
        self.display = display
        self.xauthority = xauthority
        pulse = "unix:\(directory)/pulse.sock"
        self.width = width
        self.height = height
    }
}
