import Foundation
import GStreamer
import Testing

@testable import bench

@Suite("Plan of bench codecs", .timeLimit(.minutes(1))) struct CodecPlanTests {
    private func settings(_ words: [String]) throws -> CodecsSettings {
        try CodecsSettings(try #require(try CodecsCommand.parseAsRoot(words) as? CodecsCommand))
    }

    private func row(of subject: CodecRow.Subject) -> CodecRow {
        CodecRow(subject: subject, fps: 30, machine: "m", version: "1", startedAt: Date(timeIntervalSince1970: 0))
    }

    @Test("every combination is there once, guests by guests")
    func all() throws {
        let plan = CodecPlan(try settings(["--codecs", "x264,vp8,mjpeg"]), problem: { _ in nil }, known: { _ in nil })
        let subjects = plan.stages.flatMap(\.steps).map(\.subject)
        #expect(plan.count == 3 * 3 * 2 * 4 && Set(subjects).count == plan.count)
        #expect(subjects.map(\.replicas) == subjects.map(\.replicas).sorted())
        #expect(plan.skips.isEmpty && plan.known.isEmpty)
        for stage in plan.stages {
            #expect(
                stage.steps.allSatisfy {
                    ($0.subject.replicas, $0.subject.width, $0.subject.height, $0.subject.targetFPS)
                        == (stage.replicas, stage.width, stage.height, stage.rate)
                })
        }
    }

    @Test("an encoder that is missing is left out everywhere, and named once with the reason")
    func missing() throws {
        let plan = CodecPlan(
            try settings(["--codecs", "x264,av1"]), problem: { $0 == .rav1e ? "no rav1enc" : nil }, known: { _ in nil })
        #expect(plan.skips == [.init(what: "av1 by rav1enc", reason: "no rav1enc")])
        let encoders = Set(plan.stages.flatMap(\.steps).map(\.encoder))
        #expect(encoders == [.x264, .aom, .svtav1])
    }

    @Test("what a machine has not got is told by the element's name")
    func elements() throws {
        try Runtime.start()
        let absent = CodecEncoder.allCases.filter { !Runtime.hasElement($0.element) }
        // Nobody has all of NVIDIA's, VA-API's and three of AV1.
        #expect(!absent.isEmpty)
        for encoder in absent { #expect(CodecsBenchmark.problem(encoder)?.contains("'\(encoder.element)'") == true) }
        #expect(CodecsBenchmark.problem(.x264) == nil)
    }

    @Test("a resumed run leaves out what the file holds for this machine and version, and nothing else")
    func resume() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("plan-\(UUID()).csv").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let settings = try settings([
            "--codecs", "x264,vp8", "--replicas", "1,3", "--rates", "30", "--sizes", "640x480",
        ])
        let first = CodecPlan(settings, problem: { _ in nil }, known: { _ in nil })
        var table = try CodecTable(appendingTo: path)
        try table.append(row(of: first.stages[0].steps[1].subject))
        let held = try CodecTable(appendingTo: path)
        let second = CodecPlan(
            settings, problem: { _ in nil }, known: { held.row(of: $0, machine: "m", version: "1") })
        #expect(first.count == 4 && second.count == 3 && second.known.count == 1)
        #expect(second.stages[0].steps == [first.stages[0].steps[0]] && second.stages[1] == first.stages[1])
        let other = CodecPlan(settings, problem: { _ in nil }, known: { held.row(of: $0, machine: "m", version: "2") })
        #expect(other.count == 4)
    }

    @Test("a machine's name holds processor, cores and system, and no comma")
    func machine() {
        let name = CodecMachine.name(
            processors: "processor\t: 0\nmodel name\t: Some CPU, rev. 2 @ 2.0 GHz\nmodel name\t: Another\n",
            release: "NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n", cores: 2)
        #expect(name == "Some CPU rev. 2 @ 2.0 GHz; 2 cores; Debian GNU/Linux 12 (bookworm)")
    }

    @Test("the bar grows from empty to full")
    func bar() {
        let bar = ProgressBar(count: 4, isTerminal: true)
        #expect(bar.text(0, "vp8") == "[..............................] 0/4 vp8")
        #expect(bar.text(2, "vp8").hasPrefix("[###############...............] 2/4 "))
        #expect(bar.text(4, "").hasPrefix("[##############################] 4/4"))
    }
}
