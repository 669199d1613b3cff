import Foundation
import Testing

@testable import Fleet

@Suite("ChildLedger", .timeLimit(.minutes(1)))
struct ChildLedgerTests {
    @Test("exactly the recorded processes of a dead owner are ended, a reused pid is spared")
    func reclaim() async throws {
        try await withTemporaryFolder { folder in
            let directory = try RunDirectory(path: folder + "/run").instance(InstanceID(ordinal: 0))
            let mine = ChildProcess(
                ChildCommand(name: "left", executable: "/bin/sleep", arguments: ["100"]), logger: testLogger)
            let other = ChildProcess(
                ChildCommand(name: "other", executable: "/bin/sleep", arguments: ["100"]), logger: testLogger)
            try await mine.start()
            try await other.start()
            let left = try #require(await mine.identity)
            let innocent = try #require(await other.identity)
            _ = FileManager.default.createFile(atPath: directory.qmpSocket, contents: nil)
            try AtomicFile.writeJSON(
                ChildLedger.Contents(
                    owner: ProcessIdentity(pid: getpid(), startTime: 1),
                    children: [
                        .init(name: "left", process: left),
                        .init(name: "other", process: ProcessIdentity(pid: innocent.pid, startTime: 1)),
                    ]),
                to: directory.childrenFile)
            let killed = try await ChildLedger(directory: directory, logger: testLogger).reclaim()
            #expect(killed == [left])
            #expect(!left.isAlive)
            #expect(innocent.isAlive)
            #expect(!FileManager.default.fileExists(atPath: directory.qmpSocket))
            #expect(!FileManager.default.fileExists(atPath: directory.childrenFile))
            try await other.stop()
        }
    }

    @Test("the children of an owner that lives are not touched")
    func livingOwner() async throws {
        try await withTemporaryFolder { folder in
            let directory = try RunDirectory(path: folder + "/run").instance(InstanceID(ordinal: 0))
            let owner = try #require(ProcessIdentity(of: getppid()))
            try AtomicFile.writeJSON(ChildLedger.Contents(owner: owner, children: []), to: directory.childrenFile)
            let ledger = ChildLedger(directory: directory, logger: testLogger)
            await #expect(throws: RunDirectoryError.inUse(path: directory.path, pid: owner.pid)) {
                try await ledger.reclaim()
            }
        }
    }
}
