import Fleet

/// The body of `POST /stop`, `/stop_all` and `/restart`.
struct StopRequest: Codable, Sendable, Equatable {
    /// Not of `/stop_all`.
    var jobID: String?
    /// `term` unless given.
    var mode: String?
    /// Seconds between SIGTERM and SIGKILL.
    var grace: Double?

    enum CodingKeys: String, CodingKey {
        case jobID = "job_id", mode, grace
    }

    /// Most seconds of grace.
    static let graces = 0.0...300.0

    /// - Throws: ``APIError`` 400.
    func job() throws -> String {
        guard let jobID else { throw APIError.badRequest("'job_id' is missing; GET /status lists the jobs") }
        return jobID
    }

    /// - Throws: ``APIError`` 400.
    func stopMode() throws -> StopMode {
        guard let mode else { return .terminate }
        guard let known = StopMode(rawValue: mode) else {
            throw APIError.badRequest(
                "'mode' must be one of \(StopMode.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return known
    }

    /// - Throws: ``APIError`` 400.
    func graceTime() throws -> Duration? {
        guard let grace else { return nil }
        guard Self.graces.contains(grace) else {
            throw APIError.badRequest("'grace' must be a number of seconds from 0 to \(Int(Self.graces.upperBound))")
        }
        return .seconds(grace)
    }
}
