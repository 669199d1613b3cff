import Foundation
import Logging

/// The record of an instance's children on disk, so that what a killed node left behind is found by the next one.
public actor ChildLedger {
    /// One child.
    struct Entry: Codable, Equatable, Sendable {
        let name: String
        let process: ProcessIdentity
        /// The number of the display it serves, if it is an X server.
        var display: Int?
    }

    /// The file: who wrote it and what it had started.
    struct Contents: Codable, Sendable {
        var owner: ProcessIdentity
        var children: [Entry]
    }

    private let directory: InstanceDirectory
    private let logger: Logger
    private var children: [Entry] = []

    /// A ledger for the instance; nothing is read or written yet.
    public init(directory: InstanceDirectory, logger: Logger) {
        self.directory = directory
        self.logger = logger
    }

    /// Notes a child that lives.
    func add(_ name: String, _ process: ProcessIdentity, display: Int? = nil) throws {
        children.removeAll { $0.name == name }
        children.append(Entry(name: name, process: process, display: display))
        try save()
    }

    /// Forgets a child that is gone, with what it would have left.
    func remove(_ name: String) throws {
        for entry in children where entry.name == name { DisplayLock.remove(entry.display, of: entry.process) }
        children.removeAll { $0.name == name }
        try save()
    }

    private func save() throws {
        guard !children.isEmpty else {
            unlink(directory.childrenFile)
            return
        }
        try AtomicFile.writeJSON(Contents(owner: .current, children: children), to: directory.childrenFile)
    }

    /// Ends what an earlier, dead owner left running and removes its sockets and X locks.
    ///
    /// Only processes whose pid *and* start time match the record are touched. Call it with the instance's lock held.
    ///
    /// - Returns: the processes that were killed.
    /// - Throws: `RunDirectoryError.inUse` while the recorded owner lives, `ProcessError.stillAlive`.
    @discardableResult
    public func reclaim() async throws -> [ProcessIdentity] {
        let contents: Contents?
        do {
            contents = try AtomicFile.readJSON(Contents.self, from: directory.childrenFile)
        } catch {
            logger.warning("ignoring a damaged record of children", metadata: ["error": "\(error)"])
            contents = nil
        }
        if let owner = contents?.owner, owner != .current, owner.isAlive {
            throw RunDirectoryError.inUse(path: directory.path, pid: owner.pid)
        }
        var killed: [ProcessIdentity] = []
        for entry in (contents?.children ?? []).reversed() {
            killed += try await Self.end(entry)
            DisplayLock.remove(entry.display, of: entry.process)
        }
        for leftover in directory.sockets + [directory.nodeFile, directory.childrenFile] {
            unlink(leftover)
        }
        if !killed.isEmpty {
            logger.notice("ended processes of a dead node", metadata: ["pids": "\(killed.map(\.pid))"])
        }
        return killed
    }

    private static func end(_ entry: Entry) async throws -> [ProcessIdentity] {
        let members = entry.process.livingSessionMembers()
        let targets = Set(members + (entry.process.isAlive ? [entry.process] : []))
        for target in targets { target.send(SIGKILL) }
        let deadline = ContinuousClock.now + .seconds(5)
        while targets.contains(where: \.isAlive) {
            guard .now < deadline else {
                throw ProcessError.stillAlive(name: entry.name, pids: targets.filter(\.isAlive).map(\.pid))
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        return Array(targets)
    }
}
