import ArgumentParser
import Fleet

/// `loco job-keeper FOLDER`: what an agent starts for each job; nothing for people.
struct JobKeeperCommand: ParsableCommand {
    static let name = "job-keeper"
    static let configuration = CommandConfiguration(
        commandName: name, abstract: "Keeps one job of an agent.", shouldDisplay: false)

    @Argument(help: "The job's folder.")
    var folder: String

    func run() throws { try JobKeeper.run(folder: folder) }
}
