import ArgumentParser
import Foundation

/// `loco scale N`.
struct ScaleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale", abstract: "Gives a hub's fleet another number of guests.",
        discussion: """
            New guests get the lowest numbers that are free, on the hosts with the fewest; those with the highest numbers \
            go first. Works with agents, with a StatefulSet and with 'loco up'. Exits with 0 when it is done, with 1 when \
            the hub refuses or could not do all of it, with 2 when there is no hub to ask. The token is taken from \
            LOCO_TOKEN or loco.json.
            """)

    @Option(name: .customLong("config"), help: "The configuration file (default: ./loco.json when it exists).")
    var file: String?

    @Option(help: "The hub's address, as http://127.0.0.1:3000; of this machine, at hub.port, unless given.")
    var hub: String?

    @Flag(help: "Print JSON, as POST /api/instances/scale gives it.")
    var json = false

    @Argument(help: "How many guests.")
    var replicas: Int

    func validate() throws {
        guard ScaleError.range.contains(replicas) else { throw ValidationError("\(ScaleError.outOfRange(replicas))") }
    }

    func run() async throws {
        let configuration = LocoConfiguration(try ResolvedConfiguration.load(flags: [], path: file))
        do {
            let client = try HubClient(address: hub, configuration)
            let result: Result<InstanceRoutes.Scaled, HubError>
            do {
                // Guests that go end in order.
                result = .success(
                    try await client.ask(
                        .POST, "/api/instances/scale", JSON.encode(InstanceRoutes.ScaleWish(replicas: replicas)),
                        about: "scaling", deadline: .seconds(180)))
            } catch { result = .failure(error) }
            await client.close()
            let scaled = try result.get()
            print(json ? String(buffer: JSON.encode(scaled)) : "from \(scaled.from) to \(scaled.to) guests")
            flushStandardOutput()
        } catch let error as HubError {
            StandardErrorLines.write("loco scale: \(error)\n")
            throw ExitCode(error.status)
        }
    }
}
