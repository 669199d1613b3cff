import Foundation
import Testing

@testable import Fleet

@Suite("The active set", .timeLimit(.minutes(1)))
struct ActiveSetTests {
    private func ids(_ numbers: Int...) -> [InstanceID] { numbers.map(InstanceID.init(ordinal:)) }

    @Test("it keeps the order of choice, each instance once, and at most nine")
    func rules() async throws {
        let set = ActiveSet(logger: testLogger)
        #expect(try await set.set(ids(3, 1, 3, 2, 1)))
        #expect(await set.ids == ids(3, 1, 2))
        #expect(try await !set.set(ids(3, 1, 2)))
        #expect(try await set.set(ids(1, 2, 3)), "another order is another set")
        let nine = (0..<9).map(InstanceID.init(ordinal:))
        try await set.set(nine + nine)
        await #expect(throws: ActiveSetError.tooMany(count: 10)) {
            try await set.set((0..<10).map(InstanceID.init(ordinal:)))
        }
        #expect(await set.ids == nine)
    }

    @Test("every reader sees the set as it is and every change, and one that sleeps sees the newest alone")
    func readers() async throws {
        let set = ActiveSet(logger: testLogger)
        var readers = [AsyncStream<[InstanceID]>.AsyncIterator]()
        for _ in 0..<20 { readers.append(await set.updates().makeAsyncIterator()) }
        var sleeper = await set.updates().makeAsyncIterator()
        for index in readers.indices { #expect(await readers[index].next() == []) }
        for number in 0..<50 {
            try await set.set(ids(number))
            for index in readers.indices { #expect(await readers[index].next() == ids(number)) }
        }
        #expect(await sleeper.next() == ids(49))
    }

    @Test("it outlives its hub, readable by its owner alone, without a trace of half a file")
    func kept() async throws {
        try await withTemporaryFolder { folder in
            let store = ActiveSetStore(path: folder + "/active.json")
            let set = ActiveSet(store: store, logger: testLogger)
            for number in 0..<200 { try await set.set(ids(number, number + 1)) }
            await set.saved()
            #expect(await ActiveSet(store: store, logger: testLogger).ids == ids(199, 200))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["active.json"])
            let mode = try FileManager.default.attributesOfItem(atPath: store.path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test(
        "a damaged file is named in the log, the set begins empty, and the next change mends the file",
        arguments: [
            "{", #"{"active":"instance-0"}"#, #"{"active":["../../etc"]}"#, "", #"["instance-0"]"#,
        ])
    func damaged(text: String) async throws {
        try await withTemporaryFolder { folder in
            let store = ActiveSetStore(path: folder + "/active.json")
            try Data(text.utf8).write(to: URL(fileURLWithPath: store.path))
            let log = LogCatcher()
            let set = ActiveSet(store: store, logger: log.logger)
            #expect(await set.ids == [])
            #expect(log.lines.count == 1 && log.lines[0].contains(store.path))
            try await set.set(ids(1))
            await set.saved()
            #expect(await ActiveSet(store: store, logger: testLogger).ids == ids(1))
        }
    }

    @Test("a file that cannot be written is named in the log, and the set works on")
    func unwritable() async throws {
        try await withTemporaryFolder { folder in
            let log = LogCatcher()
            let path = folder + "/gone/active.json"
            let set = ActiveSet(store: ActiveSetStore(path: path), logger: log.logger)
            #expect(log.lines.isEmpty)
            try await set.set(ids(1))
            await set.saved()
            #expect(await set.ids == ids(1))
            #expect(log.lines.count == 1 && log.lines[0].contains(path))
            try FileManager.default.createDirectory(atPath: folder + "/gone", withIntermediateDirectories: true)
            try await set.set(ids(2))
            await set.saved()
            #expect(await ActiveSet(store: ActiveSetStore(path: path), logger: testLogger).ids == ids(2))
        }
    }
}
