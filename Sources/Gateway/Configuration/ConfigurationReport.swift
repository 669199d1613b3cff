import Foundation

/// The configuration as people read it: the effective values for `loco config`, and the table for the documentation.
enum ConfigurationReport {
    /// One line per setting: name, value as in `loco.json`, and where the value comes from. Secrets are not shown.
    static func effective(_ configuration: ResolvedConfiguration) -> String {
        let rows = ConfigurationTable.keys.compactMap { key in
            configuration.entries[key.name].map { entry in
                (key.name, shown(entry.value, key), "\(entry.source)")
            }
        }
        let first = rows.map(\.0.count).max() ?? 0
        let second = rows.map(\.1.count).max() ?? 0
        return rows.map { "\(pad($0.0, first))  \(pad($0.1, second))  \($0.2)" }.joined(separator: "\n")
    }

    /// The text of docs/configuration.md.
    static func markdown() -> String {
        var lines = [
            "# Configuration", "",
            "Every setting can be given as a flag, in the environment, or in `loco.json` (`--config` or `LOCO_CONFIG` name"
                + " another file;",
            "comments are allowed). Flags win over the environment, the environment over the file,"
                + " the file over the defaults.",
            "Names are nested in the file: `hub.port` is `{\"hub\":{\"port\":3000}}`. Unknown names and values that are not"
                + " allowed are refused at start.",
            "`loco config` prints the effective values and where each comes from.", "",
            "| setting | default | allowed | what it does | environment | flag |", "|---|---|---|---|---|---|",
        ]
        lines += ConfigurationTable.keys.map { key in
            "| `\(key.name)` | `\(key.defaultValue.json)` | \(key.kind.allowed) | \(key.doc) | `\(key.environmentName)` | "
                + "\(key.flagName.map { "`\($0)`" } ?? "-") |"
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The settings as flags, for a command's help.
    static func flagsHelp(prefixes: [String]) -> String {
        let keys = ConfigurationTable.keys.filter { key in prefixes.contains { key.name.hasPrefix($0) } }
        let rows = keys.compactMap { key in
            key.flagName.map { "  \($0)\n        \(key.doc) (\(key.defaultValue.json))" }
        }
        return "SETTINGS, with their defaults; also in loco.json and the environment, see 'loco config':\n"
            + rows.joined(separator: "\n")
    }

    private static func shown(_ value: ConfigurationValue, _ key: ConfigurationKey) -> String {
        key.isSecret && value != key.defaultValue ? "(set)" : value.json
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
