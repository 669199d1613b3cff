/// Where a setting's value came from, the strongest last.
enum ConfigurationSource: Sendable, Equatable, CustomStringConvertible {
    case defaults
    case file(path: String)
    case environment(variable: String)
    case flag(String)

    var description: String {
        switch self {
        case .defaults: "default"
        case .file(let path): path
        case .environment(let variable): variable
        case .flag(let flag): flag
        }
    }
}
