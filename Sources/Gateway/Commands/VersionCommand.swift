import ArgumentParser

/// `loco version`.
struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Prints the version.")

    func run() async throws { print("loco \(BuildVersion.number)") }
}
