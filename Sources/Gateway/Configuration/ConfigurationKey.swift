/// One setting: a row of the table that the file, the environment, the flags and the documentation are made from.
struct ConfigurationKey: Sendable {
    /// Its name in `loco.json`, parts separated by dots: `hub.port`.
    let name: String
    /// What it takes.
    let kind: ConfigurationKind
    /// What it is when nobody sets it.
    let defaultValue: ConfigurationValue
    /// What it does, in one sentence.
    let doc: String

    init(_ name: String, _ kind: ConfigurationKind, _ defaultValue: ConfigurationValue, _ doc: String) {
        self.name = name
        self.kind = kind
        self.defaultValue = defaultValue
        self.doc = doc
    }

    /// Never printed, and not taken from the command line, which every user of the machine can read.
    var isSecret: Bool { kind == .secret }

    /// Its name in the environment: `LOCO_HUB_PORT`.
    var environmentName: String {
        "LOCO_" + Self.words(name).joined(separator: "_").uppercased()
    }

    /// Its name as a flag: `--hub-port`; `nil` for a secret.
    var flagName: String? { isSecret ? nil : "--" + Self.words(name).joined(separator: "-") }

    /// `hub.instancesFile` as `hub`, `instances`, `file`, and `ice.turnTTL` as `ice`, `turn`, `ttl`.
    private static func words(_ name: String) -> [String] {
        var words = [""]
        var wasUppercase = false
        for character in name {
            if character == "." {
                words.append("")
            } else if character.isUppercase, !wasUppercase {
                words.append(character.lowercased())
            } else {
                words[words.count - 1].append(character.lowercased())
            }
            wasUppercase = character.isUppercase
        }
        return words
    }
}
