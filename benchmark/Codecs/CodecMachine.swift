import Foundation

/// What the figures were measured on and with.
struct CodecMachine: Sendable {
    /// Processor, cores and system, without a comma.
    let name: String
    /// Loco's version.
    let version: String

    /// - Parameter loco: the program's path.
    /// - Throws: `BenchError.commandFailed` where it does not tell its version.
    init(loco: String) throws {
        let told = try SystemTool.run([loco, "--version"])
        guard let version = told.split(separator: " ").last else {
            throw BenchError.commandFailed("\(loco) --version", output: told)
        }
        self.version = String(version)
        name = Self.name(
            processors: Self.text("/proc/cpuinfo"), release: Self.text("/etc/os-release"),
            cores: ProcessInfo.processInfo.activeProcessorCount)
    }

    /// - Parameters:
    ///   - processors: what `/proc/cpuinfo` holds.
    ///   - release: what `/etc/os-release` holds.
    static func name(processors: String, release: String, cores: Int) -> String {
        let processor = value(of: "model name", in: processors, separator: ":") ?? "unknown processor"
        let system = value(of: "PRETTY_NAME", in: release, separator: "=") ?? "Linux"
        return "\(processor); \(cores) cores; \(system)".replacing(",", with: "")
    }

    private static func value(of key: String, in text: String, separator: Character) -> String? {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: separator, maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            if parts.count == 2, parts[0] == key { return parts[1].trimmingCharacters(in: ["\""]) }
        }
        return nil
    }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}
