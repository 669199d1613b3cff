import Foundation
import Testing

@testable import Fleet

@Suite("QMPClient", .serialized, .timeLimit(.minutes(1)))
struct QMPClientTests {
    /// A QEMU without picture and sound, for the protocol alone.
    private func withQemu<Result>(
        _ folder: String, _ arguments: [String] = [], _ body: (QMPClient, ChildProcess) async throws -> Result
    ) async throws -> Result {
        let socket = folder + "/qmp.sock"
        let qemu = ChildProcess(
            ChildCommand(
                name: "qemu", executable: "qemu-system-i386",
                arguments: ["-nodefaults", "-display", "none", "-nic", "none", "-m", "16"] + arguments
                    + ["-qmp", "unix:\(socket),server=on,wait=off"]),
            logger: testLogger)
        try await qemu.start()
        try await qemu.waitUntilReady(within: .seconds(10)) { UnixSocket.answers(socket) }
        let client = try await QMPClient.connect(path: socket)
        let result: Result
        do {
            result = try await body(client, qemu)
        } catch {
            try await qemu.stop()
            throw error
        }
        await client.close()
        try await qemu.stop()
        return result
    }

    @Test("commands answer, refusals are typed, and events arrive")
    func basics() async throws {
        try await withTemporaryFolder { folder in
            try await withQemu(folder) { client, _ in
                #expect(try await client.runState() == "running")
                #expect(client.version.contains("."))
                let error = await #expect(throws: QMPError.self) { try await client.execute("make-coffee") }
                guard case .refused("make-coffee", "CommandNotFound", _) = error else {
                    Issue.record("unexpected \(String(describing: error))")
                    return
                }
                try await client.execute("stop")
                #expect(try await client.runState() == "paused")
                var events = client.events.makeAsyncIterator()
                #expect(await events.next()?.name == "STOP")
            }
        }
    }

    @Test("every key code that Loco knows is one that QEMU knows")
    func keyCodes() async throws {
        try await withTemporaryFolder { folder in
            try await withQemu(folder) { client, _ in
                let schema = try await client.execute("query-qmp-schema").elements
                // Type names are numbers in the schema: an enum is known by members that only it has.
                let keys = try #require(
                    schema.first { entry in
                        entry["meta-type"]?.string == "enum"
                            && entry["values"]?.elements.contains { $0.string == "katakanahiragana" } == true
                    })
                let known = Set(try #require(keys["values"]).elements.compactMap(\.string))
                let sinceEight = Set((13...24).map { "f\($0)" })
                let codes = QKeyCode.codes.compactMap { QKeyCode(code: $0)?.rawValue }
                #expect(Set(codes).subtracting(known).subtracting(sinceEight) == [])
                #expect(QKeyCode(code: "Fn") == nil)
                #expect(QKeyCode.codes.count > 140)
                print("QEMU's keys without a code:", known.subtracting(codes).sorted())
            }
        }
    }

    @Test("two hundred key strokes arrive in the order in which they were given")
    func order() async throws {
        try await withTemporaryFolder { folder in
            let echo = try EchoGuest(in: folder)
            let arguments = [
                "-drive", "if=floppy,format=raw,readonly=on,file=\(echo.image)", "-debugcon", "file:\(echo.output)",
                "-global", "isa-debugcon.iobase=0xe9",
            ]
            try await withQemu(folder, arguments) { client, _ in
                #expect(await echo.hasSaid("R"))
                let text = String((0..<200).map { _ in "abcdefghijkl".randomElement()! })
                for (index, letter) in text.enumerated() {
                    let key = try #require(QKeyCode(code: "Key\(letter.uppercased())"))
                    client.post([.key(key, down: true)])
                    client.post([.key(key, down: false)])
                    // QEMU's and the guest's keyboard buffers hold few strokes: let the guest keep up.
                    if index % 4 == 3 {
                        let soFar = "R" + text.prefix(index + 1)
                        try #require(await echo.hasSaid(soFar), "\(echo.said) is not \(soFar)")
                    }
                }
                #expect(echo.said == "R" + text)
            }
        }
    }

    @Test("the round trip of an input command is measured")
    func roundTrip() async throws {
        try await withTemporaryFolder { folder in
            try await withQemu(folder) { client, _ in
                let key = try #require(QKeyCode(code: "KeyA"))
                var times: [Duration] = []
                for index in 0..<300 {
                    let began = ContinuousClock.now
                    try await client.inputSendEvent([.key(key, down: index % 2 == 0)])
                    times.append(ContinuousClock.now - began)
                }
                times.sort()
                print("QMP round trip: median \(times[150]), 99 % \(times[297])")
                #expect(times[150] < .milliseconds(50))
            }
        }
    }

    @Test("posted input tells when QEMU has taken it, in order, or that it has not")
    func taken() async throws {
        try await withTemporaryFolder { folder in
            try await withQemu(folder) { client, qemu in
                let key = try #require(QKeyCode(code: "KeyA"))
                let (taken, continuation) = AsyncStream.makeStream(of: Result<UInt64, QMPError>.self)
                func post(_ client: QMPClient, _ events: [InputEvent]) {
                    client.post(
                        events, onTaken: { continuation.yield(.success($0)) },
                        onDrop: { continuation.yield(.failure($0)) })
                }
                var times: [UInt64] = [MonotonicClock.now()]
                var results = taken.makeAsyncIterator()
                for index in 0..<10 { post(client, [.key(key, down: index % 2 == 0)]) }
                for _ in 0..<10 { times.append(try #require(await results.next()).get()) }
                #expect(times == times.sorted())
                #expect(times[10] <= MonotonicClock.now())
                #expect(times[10] - times[0] < 5_000_000_000)

                // What a QEMU that stands still holds is dropped when it dies.
                let pid = try #require(await qemu.identity?.pid)
                kill(pid, SIGSTOP)
                post(client, [.key(key, down: true)])
                try await Task.sleep(for: .milliseconds(50))
                kill(pid, SIGKILL)
                #expect(await results.next() == .failure(.closed))
                #expect(await eventually { !client.isOpen })
                post(client, [.key(key, down: false)])
                #expect(await results.next() == .failure(.closed))
            }
        }
    }

    @Test("a dead QEMU fails what waits, and the client stays closed")
    func closed() async throws {
        try await withTemporaryFolder { folder in
            try await withQemu(folder) { client, qemu in
                let pid = try #require(await qemu.identity?.pid)
                kill(pid, SIGSTOP)
                let waiting = Task { try await client.execute("query-status") }
                let slow = await #expect(throws: QMPError.self) {
                    try await client.execute("query-version", deadline: .milliseconds(100))
                }
                #expect(slow == .timedOut(command: "query-version", after: .milliseconds(100)))
                kill(pid, SIGKILL)
                await #expect(throws: QMPError.closed) { try await waiting.value }
                #expect(await eventually { !client.isOpen })
                await #expect(throws: QMPError.closed) { try await client.execute("query-status") }
            }
        }
    }

    @Test("no server is an error with the path")
    func nobody() async throws {
        let error = await #expect(throws: QMPError.self) { try await QMPClient.connect(path: "/tmp/no-such.sock") }
        #expect("\(error!)".contains("/tmp/no-such.sock"))
    }
}
