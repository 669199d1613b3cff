import Foundation

/// The figures of one run of `bench viewers`, `idle` or `latency`.
struct MeasureReport: Sendable {
    let benchmark: String
    let date: Date
    let settings: MeasureSettings
    /// Per cent of all cores that were busy during the whole run.
    let machineBusy: Double?
    let measures: [Measure]

    /// Bars that were missed.
    var missed: Int { measures.count { $0.isWithinBar == false } }

    /// For people.
    var text: String {
        var table = TextTable(header: ["measure", "value", "unit", "floor", "ratio", "bar", "verdict"])
        for measure in measures {
            table.add([
                measure.name, Figure.text(measure.value, measure.digits), measure.unit,
                Figure.text(measure.floor, measure.digits), Figure.text(measure.ratio, 3), measure.bar?.text ?? "",
                measure.bar == nil ? "" : measure.isWithinBar.map { $0 ? "pass" : "MISS" } ?? "-",
            ])
        }
        let notes = measures.compactMap { measure -> String? in
            measure.note.map { "  \(measure.name.trimmingCharacters(in: .whitespaces)): \($0)" }
        }
        let cores = ProcessInfo.processInfo.activeProcessorCount
        return """

            \(benchmark): windows of \(settings.seconds) s, \(settings.rounds) rounds
            machine: \(cores) cores, all work on it kept them \(Figure.text(machineBusy, 0)) % busy

            \(table.text)
            \(notes.isEmpty ? "" : "\nnotes\n" + notes.joined(separator: "\n") + "\n")
            """
    }

    /// The columns that all rows share.
    var leading: [String] {
        [date.ISO8601Format(), benchmark, "", "", "\(settings.seconds)", VideoCodec.h264.rawValue]
    }

    /// One row per figure, in the order of `ResultFile.columns` without the leading ones.
    var rows: [[String]] {
        measures.flatMap { measure in
            let figures: [(String, String, Double?)] = [
                ("value", measure.unit, measure.value), ("floor", measure.unit, measure.floor),
                ("ratio", "", measure.ratio), ("bar", "", measure.bar?.limit),
                ("within_bar", "", measure.isWithinBar.map { $0 ? 1 : 0 }),
            ]
            return figures.compactMap { statistic, unit, value -> [String]? in
                // An unmeasured value has its row; a floor or bar that does not exist has none.
                guard value != nil || statistic == "value" else { return nil }
                return ["", "measure", measure.key, statistic, unit, Figure.field(value)]
            }
        }
    }
}
