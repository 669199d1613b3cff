/// Why a command that asks a hub did not do what was asked.
enum HubError: Error, Equatable, CustomStringConvertible {
    /// The hub does not want to.
    case refused(String)
    /// There is no hub to ask.
    case noHub(String)

    /// The exit status for it.
    var status: Int32 {
        switch self {
        case .refused: 1
        case .noHub: 2
        }
    }

    var description: String {
        switch self {
        case .refused(let message), .noHub(let message): message
        }
    }
}
