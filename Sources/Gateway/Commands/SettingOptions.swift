import ArgumentParser
import Foundation
import Logging
import Signaling

/// What every command that reads the configuration takes: the file, and every setting as a flag.
struct SettingOptions: ParsableArguments {
    @Option(name: .customLong("config"), help: "The configuration file (default: ./loco.json when it exists).")
    var file: String?

    @Argument(parsing: .allUnrecognized, help: .hidden)
    var settings: [String] = []

    /// Reads the configuration.
    /// - Parameter short: settings given by a command's own short flags; they win over all.
    /// - Throws: ``ConfigurationError``, or `TestFaultError` for a fault that is not allowed.
    func load(_ short: [SettingFlags.Setting?] = []) throws -> ResolvedConfiguration {
        // Before anything is made that would have to be taken down again.
        _ = try TestFault.named(in: ProcessInfo.processInfo.environment)
        return try ResolvedConfiguration.load(
            flags: SettingFlags.parse(settings) + short.compactMap { $0 }, path: file)
    }
}

extension LocoConfiguration {
    /// The logger of a role; everything goes to standard error.
    func makeLogger(_ label: String) -> Logger {
        let format = logFormat
        var logger = Logger(label: label) { label -> any LogHandler in
            // "loco" is how the text names the role that holds all the others.
            if format == .json { return JSONLogHandler(service: label == "loco" ? "up" : label) }
            return StreamLogHandler.standardError(label: label)
        }
        logger.logLevel = logLevel
        return logger
    }
}
