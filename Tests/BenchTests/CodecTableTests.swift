import Foundation
import Testing

@testable import bench

@Suite("Codec table", .timeLimit(.minutes(1))) final class CodecTableTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("codecs-\(UUID()).csv").path

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private var content: String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    private func row(_ codec: String = "h264", replicas: Int = 3, source: String = "guest") -> CodecRow {
        CodecRow(
            subject: .init(
                replicas: replicas, codec: codec, encoder: "x264enc", preset: "superfast", width: 640, height: 480,
                targetFPS: 30, source: source),
            fps: 29.75, bitrate: 1834.5, cpuPercentPerGuest: 11.25, rssMegabytesPerGuest: 61.5, encodeP50: 2.125,
            encodeP95: 4.5, glassP50: 8.25, glassP95: 12.75, psnrY: 41.25, ssim: 0.98765, droppedFrames: 2,
            machine: "Xeon 2.0 GHz; 2 cores; Debian 12", version: "1.0.0",
            startedAt: Date(timeIntervalSince1970: 1_700_000_000))
    }

    @Test("what is written is read again, and the file's columns are the documented ones")
    func roundTrip() throws {
        var table = try CodecTable(appendingTo: path)
        var poor = row("vp8", source: "my \"best\", take 2.webm")
        (poor.psnrY, poor.glassP50, poor.droppedFrames) = (nil, nil, nil)
        try table.append(row())
        try table.append(poor)
        #expect(try CodecTable(contentsOf: path).rows == [row(), poor])
        #expect(try CodecTable(appendingTo: path).rows == [row(), poor])
        let lines = content.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("replicas,fps,bitrate,codec,encoder,preset,width,height,target_fps,"))
        #expect(lines[1].hasPrefix("3,29.75,1834.5,h264,x264enc,superfast,640,480,30,11.25,61.5,2.125,"))
        // Unmeasured is empty, never 0.
        #expect(lines[2].contains(",,12.750,,0.98765,,\"my \"\"best\"\", take 2.webm\","))
    }

    @Test("a file with other columns is refused, and stays as it is")
    func foreign() throws {
        for text in ["time,benchmark\n1,2\n", "no end", "replicas,fps,bitrate\n1,2,3\n"] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            #expect(throws: BenchError.self) { try CodecTable(appendingTo: self.path) }
            #expect(throws: BenchError.self) { try CodecTable(contentsOf: self.path) }
            #expect(content == text)
        }
    }

    @Test("a file that is not there is made for writing, and an error for reading")
    func missing() throws {
        #expect(throws: BenchError.self) { try CodecTable(contentsOf: self.path) }
        #expect(try CodecTable(appendingTo: path).rows.isEmpty)
        #expect(content == CodecTable.columns.joined(separator: ",") + "\n")
        #expect(throws: BenchError.self) { try CodecTable(appendingTo: "/dev/null/results.csv") }
    }

    @Test("a line that was cut short is taken away; a whole one that is no row is an error with its number")
    func damaged() throws {
        var table = try CodecTable(appendingTo: path)
        try table.append(row())
        let whole = content
        try Data((whole + "9,30.0,18").utf8).write(to: URL(fileURLWithPath: path))
        var opened = try CodecTable(appendingTo: path)
        #expect(opened.rows == [row()] && content == whole)
        try opened.append(row("vp8"))
        #expect(try CodecTable(contentsOf: path).rows == [row(), row("vp8")])
        try Data(whole.replacing("1834.5", with: "many").utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: BenchError.self) { try CodecTable(contentsOf: self.path) }
        #expect(error?.errorDescription?.contains("line 2 of") == true)
    }

    @Test("a combination is known again by what was measured, machine and version")
    func known() throws {
        var table = try CodecTable(appendingTo: path)
        try table.append(row())
        let (subject, machine) = (row().subject, row().machine)
        #expect(table.row(of: subject, machine: machine, version: "1.0.0") == row())
        #expect(table.row(of: subject, machine: machine, version: "1.0.1") == nil)
        #expect(table.row(of: subject, machine: "another", version: "1.0.0") == nil)
        #expect(table.row(of: row("vp8").subject, machine: machine, version: "1.0.0") == nil)
        #expect(table.row(of: row(replicas: 9).subject, machine: machine, version: "1.0.0") == nil)
    }
}
