import ArgumentParser
import Foundation

/// `loco probe`: asks a node how its guest is, for people and for containers.
struct ProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Asks a node how its guest is.",
        discussion: "Exits with 0 when all is well, with 1 when something is not, with 2 when there is no node to ask.",
        subcommands: [ProbeTestCommand.self, ProbeReportCommand.self, ProbeServeCommand.self])

    /// Runs `work` with the node; says why and exits with 2 where there is none.
    static func withNode(_ target: ProbeTarget, _ work: (ProbedNode) async throws -> Void) async throws {
        let node: ProbedNode
        do { node = try target.find() } catch let error as ProbeError { throw leave(error.description) }
        do { try await work(node) } catch let failure as NodeClient.Failure {
            await node.close()
            throw leave("the node at \(node.address) does not answer: \(failure.message)")
        } catch {
            await node.close()
            throw error
        }
        await node.close()
    }

    private static func leave(_ message: String) -> ExitCode {
        StandardErrorLines.write("loco probe: \(message)\n")
        return ExitCode(ProbeError.status)
    }
}
