import ArgumentParser

@main
struct Loco: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "loco", abstract: "Streams QEMU guests to browsers.")
}
