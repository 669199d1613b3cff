import ArgumentParser

/// `loco config`.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Prints the effective settings and where each comes from.",
        discussion: ConfigurationReport.flagsHelp(prefixes: [""]))

    @OptionGroup var options: SettingOptions

    @Flag(help: "Print the table of all settings as Markdown instead.")
    var markdown = false

    func run() async throws {
        let values = try options.load()
        print(markdown ? ConfigurationReport.markdown() : ConfigurationReport.effective(values) + "\n", terminator: "")
    }
}
