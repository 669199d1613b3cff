import ArgumentParser
import Logging

/// What every command that reads the configuration takes: the file, and every setting as a flag.
struct SettingOptions: ParsableArguments {
    @Option(name: .customLong("config"), help: "The configuration file (default: ./loco.json when it exists).")
    var file: String?

    @Argument(parsing: .allUnrecognized, help: .hidden)
    var settings: [String] = []

    /// Reads the configuration.
    /// - Parameter short: settings given by a command's own short flags; they win over all.
    /// - Throws: ``ConfigurationError``.
    func load(_ short: [SettingFlags.Setting?] = []) throws -> ResolvedConfiguration {
        try ResolvedConfiguration.load(
            flags: SettingFlags.parse(settings) + short.compactMap { $0 }, path: file)
    }
}

extension LocoConfiguration {
    /// The logger of a role; everything goes to standard error.
    func makeLogger(_ label: String) -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = logLevel
        return logger
    }
}
