import Foundation
import Testing

@testable import Fleet

@Suite("RunDirectory", .timeLimit(.minutes(1)))
struct RunDirectoryTests {
    private func mode(_ path: String) -> mode_t {
        var info = stat()
        lstat(path, &info)
        return info.st_mode & 0o777
    }

    @Test("the folder and the instances in it are their owner's alone")
    func modes() async throws {
        try await withTemporaryFolder { folder in
            let run = try RunDirectory(path: folder + "/a/run")
            let instance = try run.instance(InstanceID(ordinal: 0))
            #expect(mode(run.path) == 0o700)
            #expect(mode(instance.path) == 0o700)
            chmod(run.path, 0o755)
            _ = try RunDirectory(path: run.path)
            #expect(mode(run.path) == 0o700)
        }
    }

    @Test("a file, a symbolic link and another user's folder are refused")
    func refused() async throws {
        try await withTemporaryFolder { folder in
            _ = FileManager.default.createFile(atPath: folder + "/file", contents: nil)
            #expect(throws: RunDirectoryError.notADirectory(path: folder + "/file")) {
                try RunDirectory(path: folder + "/file")
            }
            symlink("/tmp", folder + "/link")
            #expect(throws: RunDirectoryError.notADirectory(path: folder + "/link")) {
                try RunDirectory(path: folder + "/link")
            }
            guard geteuid() == 0 else { return }
            mkdir(folder + "/other", 0o755)
            chown(folder + "/other", 1234, 1234)
            #expect(throws: RunDirectoryError.foreignOwner(path: folder + "/other", uid: 1234)) {
                try RunDirectory(path: folder + "/other")
            }
        }
    }

    @Test("a socket path that the kernel would cut is refused by name")
    func longPath() async throws {
        try await withTemporaryFolder { folder in
            let run = try RunDirectory(path: folder + "/" + String(repeating: "x", count: 90))
            let error = #expect(throws: RunDirectoryError.self) { try run.instance(InstanceID(ordinal: 0)) }
            #expect("\(error!)".contains("shorter run directory"))
        }
    }

    @Test("a second Loco on the same folder is refused with the holder's pid, and children do not hold the lock")
    func locked() async throws {
        try await withTemporaryFolder { folder in
            let run = try RunDirectory(path: folder + "/run")
            var lock: FileLock? = try run.lock()
            let child = ChildProcess(
                ChildCommand(name: "sleep", executable: "/bin/sleep", arguments: ["100"]), logger: testLogger)
            try await child.start()
            #expect(throws: RunDirectoryError.inUse(path: run.path, pid: getpid())) { try run.lock() }
            #expect(lock?.path == run.path + "/loco.lock")
            lock = nil
            // A process being forked elsewhere holds a copy until it becomes another program.
            #expect(await eventually { (try? run.lock()) != nil })
            try await child.stop()
        }
    }

    private struct Older: Encodable {
        let pid: Int32
        let startTime: UInt64
        let instanceId: String
        let port: Int
        let url: String

        init(_ record: NodeRecord) {
            (pid, startTime, instanceId) = (record.pid, record.startTime, record.instanceId)
            (port, url) = (record.port, record.url)
        }
    }

    @Test("node.json is read back while its writer lives, and not after")
    func nodeRecord() async throws {
        try await withTemporaryFolder { folder in
            let instance = try RunDirectory(path: folder + "/run").instance(InstanceID(ordinal: 2))
            #expect(try NodeRecord.living(in: instance) == nil)
            let record = NodeRecord(instanceId: instance.id, port: 4242, url: "http://127.0.0.1:4242")
            try record.write(to: instance)
            #expect(try NodeRecord.living(in: instance) == record)
            // A node of before the guest's state was told writes its record only once the guest is up.
            try AtomicFile.writeJSON(Older(record), to: instance.nodeFile)
            #expect(try NodeRecord.living(in: instance)?.isReady == true)
            var starting = record
            starting.isReady = false
            try starting.write(to: instance)
            #expect(try NodeRecord.living(in: instance)?.isReady == false)
            let dead = NodeRecord(
                instanceId: instance.id, port: 1, url: "", process: ProcessIdentity(pid: getpid(), startTime: 1))
            try dead.write(to: instance)
            #expect(try NodeRecord.living(in: instance) == nil)
        }
    }
}
