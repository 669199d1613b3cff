import Foundation
import Testing

@testable import bench

@Suite("The gate against an earlier run", .timeLimit(.minutes(1))) struct BaselineGateTests {
    private func row(_ codec: String = "h264", machine: String = "a", _ change: (inout CodecRow) -> Void = { _ in })
        -> CodecRow
    {
        var row = CodecRow(
            subject: .init(
                replicas: 3, codec: codec, encoder: "\(codec)enc", preset: "fast", width: 640, height: 480,
                targetFPS: 30, source: "guest"),
            fps: 30, bitrate: 2000, cpuPercentPerGuest: 20, rssMegabytesPerGuest: 60, encodeP50: 2, encodeP95: 4,
            glassP50: 30, glassP95: 50, psnrY: 40, ssim: 0.98, droppedFrames: 0, machine: machine, version: "1",
            startedAt: Date(timeIntervalSince1970: 1_700_000_000))
        change(&row)
        return row
    }

    private func failures(
        _ now: [CodecRow], _ before: [CodecRow], _ bounds: BaselineBounds = BaselineBounds()
    ) -> [String] {
        BaselineGate(rows: now, baseline: before, bounds: bounds).failures
    }

    @Test("a run passes against itself, and against a worse one")
    func passes() throws {
        let gate = BaselineGate(rows: [row(), row("vp8")], baseline: [row("vp8"), row()])
        #expect(gate.failures.isEmpty && gate.comparisons.count == 2)
        try gate.require()
        let worse = row {
            $0.fps = 10
            $0.glassP95 = 500
            $0.cpuPercentPerGuest = 90
        }
        #expect(failures([row()], [worse]).isEmpty)
    }

    @Test("a frame rate more than 15 % below fails, one that is exactly so much does not")
    func frameRate() {
        #expect(failures([row { $0.fps = 25.5 }], [row()]).isEmpty)
        let failed = failures([row { $0.fps = 25.4 }], [row()])
        #expect(failed.count == 1 && failed[0].contains("frame rate 30.0 -> 25.4") && failed[0].contains("h264enc"))
        #expect(failures([row { $0.fps = 25.4 }], [row()], BaselineBounds(fps: -20)).isEmpty)
        #expect(failures([row { $0.fps = 0 }], [row()]).count == 1)
        #expect(failures([row { $0.fps = .nan }], [row()]).count == 1)
    }

    @Test("a latency more than 20 ms above fails, one that is exactly so much does not")
    func latency() {
        #expect(failures([row { $0.glassP95 = 70 }], [row()]).isEmpty)
        let failed = failures([row { $0.glassP95 = 70.1 }], [row()])
        #expect(failed.count == 1 && failed[0].contains("glass p95 50.0 -> 70.1 ms (+20.1 ms)"))
        #expect(failures([row { $0.glassP95 = 70.1 }], [row()], BaselineBounds(latency: 25)).isEmpty)
    }

    @Test("CPU more than 10 % above fails, what is exactly so much does not")
    func cpu() {
        #expect(failures([row { $0.cpuPercentPerGuest = 22 }], [row()]).isEmpty)
        let failed = failures([row { $0.cpuPercentPerGuest = 22.1 }], [row()])
        #expect(failed.count == 1 && failed[0].contains("CPU 20.0 -> 22.1 % of a core"))
        #expect(failures([row { $0.cpuPercentPerGuest = 22.1 }], [row()], BaselineBounds(cpu: 11)).isEmpty)
    }

    @Test("each bound that is broken is told, of every row")
    func all() throws {
        let bad = row {
            $0.fps = 1
            $0.glassP95 = 900
            $0.cpuPercentPerGuest = 99
        }
        let gate = BaselineGate(rows: [bad, row("vp8")], baseline: [row(), row("vp8")])
        #expect(gate.failures.count == 3)
        #expect(gate.text.contains("FAIL") && gate.text.contains("0.033"))
        #expect(throws: BaselineError.self) { try gate.require() }
    }

    @Test("a row or figure that is not measured any more fails, unless that is allowed")
    func missing() {
        let lenient = BaselineBounds(allowsMissing: true)
        #expect(failures([row()], [row(), row("vp8")]).count == 1)
        #expect(failures([row()], [row(), row("vp8")], lenient).isEmpty)
        #expect(failures([row { $0.glassP95 = nil }], [row()]).count == 1)
        #expect(failures([row { $0.glassP95 = nil }], [row()], lenient).isEmpty)
        // Never measured: nothing is lost, and a new row is none either.
        #expect(failures([row(), row("vp8")], [row { $0.glassP95 = nil }]).isEmpty)
    }

    @Test("nothing to compare fails, also where rows may be missing")
    func nothing() {
        let lenient = BaselineBounds(allowsMissing: true)
        #expect(failures([row("av1")], [row()], lenient).count == 1)
        #expect(failures([], [], lenient).count == 1)
        #expect(failures([row()], [], lenient).count == 1)
        let empty = row {
            ($0.fps, $0.glassP95, $0.cpuPercentPerGuest) = (nil, nil, nil)
        }
        #expect(failures([empty], [empty], lenient).count == 1)
    }

    @Test("of several rows for one thing the newest counts")
    func newest() {
        let old = row {
            $0.fps = 5
            $0.startedAt -= 60
        }
        #expect(failures([row(), old], [row()]).isEmpty)
        #expect(failures([old, row()], [row()]).isEmpty)
        #expect(failures([row { $0.fps = 20 }], [old, row()]).count == 1)
    }

    @Test("other machines are told, and fail nothing")
    func machines() {
        let gate = BaselineGate(rows: [row(machine: "new")], baseline: [row(machine: "old")])
        #expect(gate.failures.isEmpty)
        #expect(gate.text.contains("the machines differ: before old, now new"))
        #expect(!BaselineGate(rows: [row()], baseline: [row()]).text.contains("machines"))
    }

    @Test("the command's bounds are those it was given, and none lets everything pass")
    func options() throws {
        let command = try CompareCommand.parse(["new.csv", "--baseline", "old.csv"])
        #expect(command.options.bounds == BaselineBounds())
        let strict = try CompareCommand.parse([
            "new.csv", "--baseline", "old.csv", "--fps-bound", "-5", "--latency-bound", "2", "--cpu-bound", "3",
            "--allow-missing",
        ])
        #expect(strict.options.bounds == BaselineBounds(fps: -5, latency: 2, cpu: 3, allowsMissing: true))
        for wrong in [
            ["--fps-bound", "5"], ["--cpu-bound", "nan"], ["--latency-bound", "nan"], ["--fps-bound", "nan"],
        ] {
            #expect(throws: (any Error).self) { try CompareCommand.parse(["a", "--baseline", "b"] + wrong) }
        }
    }

    @Test("the command ends with an error for results that are worse, and without for the same")
    func command() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("baseline-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (old, new) = (folder.appendingPathComponent("old.csv").path, folder.appendingPathComponent("new.csv").path)
        var before = try CodecTable(appendingTo: old)
        try before.append(row())
        var now = try CodecTable(appendingTo: new)
        try now.append(row { $0.cpuPercentPerGuest = 30 })
        try CompareCommand.parse([old, "--baseline", old]).run()
        #expect(throws: BaselineError.self) { try CompareCommand.parse([new, "--baseline", old]).run() }
    }
}
