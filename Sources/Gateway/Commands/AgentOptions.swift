import ArgumentParser
import Foundation

/// Which hosts' agents a command is for.
struct AgentOptions: ParsableArguments {
    @Option(
        help: """
            The inventory of hosts (hub.inventory; ./inventory.yml when it exists); without one, this machine's agent.
            """)
    var inventory: String?

    @Option(help: "Only these hosts: names of the inventory, separated by commas.")
    var clients: String?

    /// The hosts' agents, to be closed by the caller.
    /// - Throws: ``InventoryError``.
    func open(_ values: ResolvedConfiguration) throws -> AgentFleet {
        let configuration = LocoConfiguration(values)
        let found = FileManager.default.fileExists(atPath: "inventory.yml") ? "inventory.yml" : nil
        var inventory = Inventory.thisMachine(configuration)
        if let path = self.inventory ?? configuration.hub.inventory ?? found { inventory = try Inventory.read(path) }
        for warning in inventory.warnings { StandardErrorLines.write("warning: \(warning)\n") }
        let names = clients?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } ?? []
        return AgentFleet(try inventory.select(names), token: inventory.token ?? configuration.agent.token)
    }
}
