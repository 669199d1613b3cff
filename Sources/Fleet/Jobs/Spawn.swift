import CProcess
import Foundation

/// Starts programs that may outlive this one.
enum Spawn {
    /// Why the system did not.
    struct Refusal: Error, CustomStringConvertible {
        let number: Int32
        var description: String { String(cString: strerror(number)) }
    }

    /// Starts a program in a session of its own.
    ///
    /// - Parameters:
    ///   - path: the program's file.
    ///   - words: its arguments, its own name first.
    ///   - descriptors: its standard input, output and error; it gets no others.
    static func start(
        _ path: String, _ words: [String], environment: [String: String], directory: String,
        descriptors: (input: Int32, output: Int32, error: Int32)
    ) -> Result<Int32, Refusal> {
        withCStrings(words) { words in
            withCStrings(environment.map { "\($0)=\($1)" }) { environment in
                var pid: pid_t = 0
                let result = loco_spawn(
                    &pid, path, words, environment, directory, descriptors.input, descriptors.output, descriptors.error)
                return result == 0 ? .success(pid) : .failure(Refusal(number: result))
            }
        }
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
