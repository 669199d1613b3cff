import Fleet
import Foundation

/// The bodies of an agent's answers, as it writes them and its clients read them.
enum AgentAnswers {
    /// Of `GET /health`, which needs no token and so tells nothing of the jobs.
    struct Health: Codable, Sendable {
        var status: String
        var role: String
        var version: String
    }

    /// Of `GET /status`.
    struct Jobs: Codable, Sendable {
        /// The host's own name.
        var host: String
        var version: String
        var jobs: [JobStatus]
    }

    /// Of `POST /start` and `/restart`.
    struct Started: Codable, Sendable {
        var job: JobStatus
        /// How the job of the same id was ended that ran before.
        var replaced: JobEnd?

        private enum CodingKeys: String, CodingKey { case job, replaced }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(job, forKey: .job)
            try container.encode(replaced, forKey: .replaced)
        }
    }

    /// Of `POST /stop_all`.
    struct Stopped: Codable, Sendable {
        struct Failure: Codable, Sendable {
            var job: JobID
            var message: String
            private enum CodingKeys: String, CodingKey { case job = "job_id", message }
        }

        var stopped: [JobEnd]
        var failed: [Failure]
    }

    /// Of `POST /exec`.
    struct Executed: Codable, Sendable {
        /// Exit code; 128 and the signal where one ended it, as shells tell it.
        var returnCode: Int
        /// nil when it exited.
        var signal: Int32?
        /// Standard output as text; bytes that are no UTF-8 become U+FFFD, and are whole in `stdoutBase64`.
        var stdout: String
        var stderr: String
        /// Only where `stdout` does not tell all bytes.
        var stdoutBase64: String?
        /// Only where `stderr` does not tell all bytes.
        var stderrBase64: String?
        var truncated: Bool
        var timedOut: Bool
        var seconds: Double

        private enum CodingKeys: String, CodingKey {
            case returnCode = "return_code", signal, stdout, stderr, stdoutBase64 = "stdout_base64"
            case stderrBase64 = "stderr_base64", truncated, timedOut = "timed_out", seconds
        }

        init(_ result: CommandResult) {
            signal = result.signal
            returnCode = Int(result.exitCode ?? 128 + (result.signal ?? 0))
            (stdout, stdoutBase64) = Self.text(result.output)
            (stderr, stderrBase64) = Self.text(result.errors)
            (truncated, timedOut, seconds) = (result.isTruncated, result.timedOut, result.took)
        }

        private static func text(_ data: Data) -> (String, String?) {
            if let text = String(validating: data, as: UTF8.self) { return (text, nil) }
            return (String(decoding: data, as: UTF8.self), data.base64EncodedString())
        }
    }

    /// Of `GET /logs`.
    struct Log: Codable, Sendable {
        var job: String
        var lines: [String]
        private enum CodingKeys: String, CodingKey { case job = "job_id", lines }
    }
}
