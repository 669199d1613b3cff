import Fleet

/// The body of `POST /start` and, without the fields that make no sense there, of `POST /exec`.
struct StartRequest: Codable, Sendable, Equatable {
    /// A node to be started; everything but `environment` is then the agent's.
    struct Node: Codable, Sendable, Equatable {
        /// The guest's number; its instance is `instance-<number>`.
        var number: Int
        /// Where it listens; any free port unless given.
        var port: Int?
    }

    /// A name on the search path, or a path.
    var exe: String?
    var args: [String]?
    /// An absolute path; the root unless given.
    var cwd: String?
    /// Made from the script's or the program's name unless given.
    var jobID: String?
    /// An absolute path.
    var logDirectory: String?
    /// Added to the small environment that jobs get.
    var environment: [String: String]?
    var node: Node?
    /// `POST /exec`: seconds until it is killed.
    var timeout: Double?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case exe, args, cwd, jobID = "job_id", logDirectory = "log_dir", environment, node, timeout
    }

    /// What is to be run.
    /// - Throws: ``APIError`` 400 that names the field.
    func spec() throws -> JobSpec {
        guard let exe else { throw APIError.badRequest("'exe' is missing: the program to run") }
        return try JobSpec(
            id: jobID, executable: exe, arguments: args ?? [], workingDirectory: cwd, environment: environment ?? [:],
            logDirectory: logDirectory)
    }
}
