import ArgumentParser
import Foundation

/// `loco focus`: the hub's active set.
struct FocusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "focus", abstract: "Prints the instances that are in focus, or chooses others.",
        discussion: """
            Without instances and --clear it prints the active set, one instance a line. Exits with 0 when that is done, \
            with 1 when the hub refuses, with 2 when there is no hub to ask. The token is taken from LOCO_TOKEN or \
            loco.json.
            """)

    @Option(name: .customLong("config"), help: "The configuration file (default: ./loco.json when it exists).")
    var file: String?

    @Option(help: "The hub's address, as http://127.0.0.1:3000; of this machine, at hub.port, unless given.")
    var hub: String?

    @Flag(help: "Nobody is to be in focus: all are equal.")
    var clear = false

    @Flag(help: "Add the instances to those in focus, instead of focusing them alone.")
    var add = false

    @Flag(help: "Print JSON, as GET /api/active gives it.")
    var json = false

    @Argument(help: "The instances to focus, as instance-0.")
    var ids: [String] = []

    func validate() throws {
        if clear, !ids.isEmpty || add { throw ValidationError("--clear takes no instances and no --add") }
        if add, ids.isEmpty { throw ValidationError("--add needs an instance to add") }
    }

    func run() async throws {
        let values = try ResolvedConfiguration.load(flags: [], path: file)
        let hub: FocusHub
        do { hub = try FocusHub(address: self.hub, LocoConfiguration(values)) } catch { throw Self.leave(error) }
        do {
            let state = try await change(hub)
            await hub.close()
            print(json ? String(buffer: JSON.encode(state)) : Self.text(state))
            flushStandardOutput()
        } catch {
            await hub.close()
            throw Self.leave(error)
        }
    }

    private func change(_ hub: FocusHub) async throws(HubError) -> ActiveState {
        if clear { return try await hub.select([]) }
        guard !ids.isEmpty else { return try await hub.state() }
        let before = add ? try await hub.state().active.map(\.rawValue) : []
        return try await hub.select(before + ids)
    }

    private static func text(_ state: ActiveState) -> String {
        guard !state.active.isEmpty else { return "nobody is in focus" }
        return state.active.map { "\($0)" + (state.missing.contains($0) ? " (gone)" : "") }.joined(separator: "\n")
    }

    private static func leave(_ error: HubError) -> ExitCode {
        StandardErrorLines.write("loco focus: \(error)\n")
        return ExitCode(error.status)
    }
}
