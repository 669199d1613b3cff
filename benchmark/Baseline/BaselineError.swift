import Foundation

/// That a run is worse than the one before.
enum BaselineError: LocalizedError {
    case worse(Int)

    var errorDescription: String? {
        switch self {
        case .worse(let count): "\(count) of the comparisons with the baseline failed"
        }
    }
}
