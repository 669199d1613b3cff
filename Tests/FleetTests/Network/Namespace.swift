import Foundation

@testable import Fleet

/// Runs tests of this bundle again in a network namespace of their own, so that nothing they make or send is seen
/// outside.
enum Namespace {
    /// What kind of namespace these tests run in; nil outside.
    static var kind: String? { ProcessInfo.processInfo.environment["LOCO_TEST_NAMESPACE"] }

    /// True where namespaces can be made.
    static var isPossible: Bool { geteuid() == 0 && access("/dev/net/tun", R_OK | W_OK) == 0 }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs the suite `filter` of this very program in a new namespace.
    ///
    /// - Parameter wrapper: a command that runs the program with less rights.
    /// - Throws: `Failure` with the tests' output.
    static func rerun(_ filter: String, kind: String, wrapper: [String] = []) throws {
        let name = "loco-test-\(getpid())-\(kind)"
        try run("ip", ["netns", "add", name])
        defer { _ = try? run("ip", ["netns", "del", name]) }
        try run("ip", ["-n", name, "link", "set", "lo", "up"])
        let own = String(decoding: FileManager.default.contents(atPath: "/proc/self/cmdline") ?? Data(), as: UTF8.self)
            .split(separator: "\0").map(String.init)
        var arguments: [String] = []
        var rest = own.dropFirst()
        while let argument = rest.popFirst() {
            // Also no report of this run over that of the one outside.
            if ["--filter", "--skip", "--xunit-output"].contains(argument) {
                rest = rest.dropFirst()
            } else {
                arguments.append(argument)
            }
        }
        // Before the bundle's path, which may stand at the end.
        arguments.insert(contentsOf: ["--filter", filter], at: 0)
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let output = try run(
            "ip",
            [
                "netns", "exec", name, "/usr/bin/env", "LOCO_TEST_NAMESPACE=\(kind)",
                // X servers tell free displays by abstract sockets, which belong to the network namespace, but their
                // locks and other sockets lie in /tmp: they would take those of servers outside.
                "/bin/sh", "-c", "mkdir -p \"$0\" && mount -t tmpfs -o mode=1777 none \"$0\" && exec \"$@\"",
                // Where these tests are themselves in /tmp, only the sockets are hidden.
                program.hasPrefix("/tmp/") ? "/tmp/.X11-unix" : "/tmp",
            ] + wrapper + [program] + arguments)
        guard output.contains("passed after") else { throw Failure(description: "no test ran:\n" + output) }
        print(output.split(separator: "\n").filter { $0.contains("measured") }.joined(separator: "\n"))
    }

    /// Runs a program and returns what it wrote.
    ///
    /// - Throws: `Failure` when it fails.
    @discardableResult
    static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try ProgramPath.resolve(program))
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(program) \(arguments.joined(separator: " ")):\n\(output)")
        }
        return output
    }
}
