import Foundation

/// What a job runs. No part of it passes through a shell.
public struct JobSpec: Sendable, Codable, Equatable {
    /// The guest's node that a job is.
    public struct Seat: Sendable, Codable, Equatable {
        /// The instance it serves.
        public var instance: InstanceID
        /// Its number.
        public var number: Int

        /// Describes one.
        public init(instance: InstanceID, number: Int) {
            (self.instance, self.number) = (instance, number)
        }
    }

    /// What it is called.
    public let id: JobID
    /// A name looked up on the search path, or a path.
    public let executable: String
    /// Its arguments, without the program's own name.
    public let arguments: [String]
    /// The folder it runs in; the root when nil.
    public let workingDirectory: String?
    /// Added to the small environment jobs get. Some of it may be secret: it is shown to nobody.
    public let environment: [String: String]
    /// The folder of its log; the job's own when nil.
    public let logDirectory: String?
    /// The node it is; nil for any other program.
    public var seat: Seat?
    /// Whether it is started again when it ends without being asked to.
    public var isKeptUp = false
    /// Seconds between SIGTERM and SIGKILL; the agent's own when nil.
    public var grace: Double?
    /// Bytes of its output that are kept as they are, each channel by itself; nil for a log of lines.
    var capture: Int?

    /// Describes a job.
    ///
    /// - Parameter id: made from the script's or the program's name when nil.
    /// - Throws: `JobError.badCommand` that names the part.
    public init(
        id: String? = nil, executable: String, arguments: [String] = [], workingDirectory: String? = nil,
        environment: [String: String] = [:], logDirectory: String? = nil
    ) throws(JobError) {
        if let id, JobID(id) == nil {
            throw .badCommand("job_id: it must have 1 to \(JobID.maximumLength) bytes and no NUL")
        }
        self.id = id.flatMap { JobID($0) } ?? JobID(executable: executable, arguments: arguments)
        (self.executable, self.arguments, self.environment) = (executable, arguments, environment)
        (self.workingDirectory, self.logDirectory) = (workingDirectory, logDirectory)
        try check()
    }

    private func check() throws(JobError) {
        guard !executable.isEmpty else { throw .badCommand("exe: it names no program") }
        guard arguments.count <= JobLimits.arguments else {
            throw .badCommand("args: \(arguments.count) are more than the \(JobLimits.arguments) that are taken")
        }
        guard environment.count <= JobLimits.variables else {
            throw .badCommand(
                "environment: \(environment.count) variables are more than the \(JobLimits.variables) that are taken")
        }
        for (name, text) in [("exe", executable), ("cwd", workingDirectory ?? "/"), ("log_dir", logDirectory ?? "/")] {
            try Self.check(name, text, limit: 4096)
        }
        for (index, argument) in arguments.enumerated() {
            try Self.check("args[\(index)]", argument, limit: JobLimits.text)
        }
        for (name, path) in [("cwd", workingDirectory), ("log_dir", logDirectory)] {
            if let path, !path.hasPrefix("/") { throw .badCommand("\(name): it must be an absolute path") }
        }
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
            guard Self.isVariable(name) else {
                throw .badCommand("environment: a variable's name has 1 to 128 letters, digits and '_'")
            }
            // The value may be a secret: it is not told.
            try Self.check("environment.\(name)", value, limit: JobLimits.text)
        }
        let total = arguments.reduce(0) { $0 + $1.utf8.count } + environment.reduce(0) { $0 + $1.value.utf8.count }
        guard total <= JobLimits.total else {
            throw .badCommand("args and environment have \(total) bytes; \(JobLimits.total) are taken")
        }
    }

    private static func check(_ name: String, _ text: String, limit: Int) throws(JobError) {
        guard !text.utf8.contains(0) else { throw .badCommand("\(name): a NUL byte cannot be passed to a program") }
        guard text.utf8.count <= limit else {
            throw .badCommand("\(name): \(text.utf8.count) bytes are more than the \(limit) that are taken")
        }
    }

    private static func isVariable(_ name: String) -> Bool {
        guard (1...128).contains(name.utf8.count), let first = name.first, !first.isNumber else { return false }
        return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }

    /// The whole environment of its processes.
    var fullEnvironment: [String: String] { ChildCommand.baseEnvironment.merging(environment) { $1 } }

    /// The program's path.
    ///
    /// - Throws: `JobError.cannotStart`.
    func resolve() throws(JobError) -> String {
        var isFolder: ObjCBool = false
        if let folder = workingDirectory,
            !FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) || !isFolder.boolValue
        {
            throw .cannotStart("cwd: '\(folder)' is no folder on this host")
        }
        // A relative path is seen from where the job runs.
        let isRelative = executable.contains("/") && !executable.hasPrefix("/")
        let path = isRelative ? (workingDirectory ?? "") + "/" + executable : executable
        do {
            return try ProgramPath.resolve(path, path: fullEnvironment["PATH"])
        } catch {
            throw .cannotStart("exe: \(error)")
        }
    }
}
