import Foundation
import Logging

/// A guest's X server: Xvfb on whatever display number is free.
actor XServer: SupervisedService {
    nonisolated let name = "xserver"
    nonisolated let cookie = XCookie()

    private let directory: InstanceDirectory
    private let process: ServiceProcess
    private var display: Int?

    init(configuration: GuestConfiguration, directory: InstanceDirectory, ledger: ChildLedger, logger: Logger) {
        self.directory = directory
        let command = ChildCommand(
            name: name, executable: "Xvfb",
            // Xvfb itself chooses the number and writes it to descriptor 1: two servers started at once cannot collide.
            arguments: [
                "-displayfd", "1", "-screen", "0", "\(configuration.screenWidth)x\(configuration.screenHeight)x24",
                "-nolisten", "tcp", "-noreset", "-auth", directory.xauthority, "+extension", "RANDR",
                "+extension", "DAMAGE", "+extension", "XTEST", "-dpi", "96",
            ],
            environment: ["HOME": directory.home],
            logPath: directory.log(name))
        process = ServiceProcess(command, ledger: ledger, logger: logger)
    }

    var pid: Int32? {
        get async { await process.child.identity?.pid }
    }

    var identity: ProcessIdentity? {
        get async { await process.child.identity }
    }

    /// The display's number while the server is up.
    var liveDisplay: Int? {
        get async { await process.child.identity?.isAlive == true ? display : nil }
    }

    func start() async throws {
        display = nil
        try AtomicFile.write(cookie.authorityFile, to: directory.xauthority)
        let child = process.child
        try await process.start(within: .seconds(10)) {
            guard let number = await Self.number(of: child) else { return false }
            return UnixSocket.answers(DisplayLock.socketPath(number))
        } display: {
            await Self.number(of: child)
        }
        guard let number = await Self.number(of: child) else {
            throw GuestError.noDisplay(lastLines: await child.lastLines)
        }
        display = number
    }

    private static func number(of child: ChildProcess) async -> Int? {
        await child.standardOutputLines.lazy.compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }.first
    }

    func waitForExit() async -> ProcessExit {
        let exit = await process.waitForExit()
        display = nil
        return exit
    }

    func stop() async throws {
        try await process.stop(grace: .seconds(3))
        display = nil
    }
}
