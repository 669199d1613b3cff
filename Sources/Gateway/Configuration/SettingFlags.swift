/// Settings given as flags, `--hub-port 3001` or `--hub-port=3001`, by the table.
enum SettingFlags {
    /// One setting as it was given.
    struct Setting: Sendable {
        let key: ConfigurationKey
        /// The flag as it was written, for error messages.
        let flag: String
        let text: String

        init(key: ConfigurationKey, flag: String, text: String) {
            self.key = key
            self.flag = flag
            self.text = text
        }

        /// A setting that a command has a short flag of its own for, as `--port`.
        init(_ name: String, flag: String, text: String) {
            guard let key = ConfigurationTable.byName[name] else { preconditionFailure("no setting \(name)") }
            self.init(key: key, flag: flag, text: text)
        }
    }

    /// Reads arguments that no command declares.
    /// - Throws: ``ConfigurationError``.
    static func parse(_ arguments: [String]) throws -> [Setting] {
        var settings: [Setting] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let flag = String(parts[0])
            guard let key = ConfigurationTable.byFlagName[flag] else { throw unknown(flag) }
            if parts.count > 1 {
                settings.append(Setting(key: key, flag: flag, text: String(parts[1])))
            } else if let value = rest.first, !value.hasPrefix("--") {
                rest.removeFirst()
                settings.append(Setting(key: key, flag: flag, text: value))
            } else if key.kind == .flag {
                settings.append(Setting(key: key, flag: flag, text: "true"))
            } else {
                throw ConfigurationError.missingValue(flag: flag)
            }
        }
        return settings
    }

    private static func unknown(_ flag: String) -> ConfigurationError {
        if let secret = ConfigurationTable.keys.first(where: { $0.isSecret && "--\($0.name)" == flag }) {
            return .secretFlag(name: secret.name, variable: secret.environmentName)
        }
        return .unknownFlag(
            name: flag, suggestion: ConfigurationTable.suggestion(for: flag, in: ConfigurationTable.byFlagName.keys))
    }
}
