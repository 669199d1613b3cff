import ArgumentParser

/// `bench report`.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Draws the figures of `bench codecs`.",
        discussion: """
            Writes one HTML file, which needs no network, and each of its charts as SVG and PNG beside it: \
            report-quality.svg, report-cpu.png and so on.
            """)

    @Argument(help: "The results.")
    var results: String

    @Option(help: "The HTML file to write.")
    var html = "report.html"

    func run() async throws {
        let (files, problems) = try await ReportWriter(rows: try CodecTable(contentsOf: results).rows).write(html: html)
        for file in files { print(file) }
        for problem in problems { ProgressLine.show(problem) }
    }
}
