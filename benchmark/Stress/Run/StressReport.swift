/// The runs as a table, for people.
struct StressReport: Sendable {
    let results: [StressResult]

    var text: String {
        var table = TextTable(header: [
            "scenario", "seed", "guests", "steps", "sessions", "pictures", "seconds", "verdict",
        ])
        for result in results {
            let head = result.trace.head
            table.add([
                head.scenario.rawValue, "\(head.seed)", "\(head.guests)", "\(result.trace.steps.count)",
                "\(result.begun)", "\(result.played)", Figure.text(result.seconds),
                result.verdicts.first?.kind.rawValue ?? "well",
            ])
        }
        return "\n\(table.text)\n"
    }
}
