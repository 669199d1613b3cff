/// Colours by class, for a page and for files of their own.
enum ChartStyle {
    /// Colours that can be told apart on light and on dark ground, also by most who see fewer of them.
    private static let series = [
        "#2f7ed8", "#e0861a", "#2a9d6a", "#cc4e8f", "#8a63d2", "#1c9fb4", "#a8703a", "#7b8794", "#b3a11a", "#d2493a",
    ]

    /// How many series have colours of their own.
    static var count: Int { series.count }

    /// Rules for the series' colours, the same on either ground.
    static var seriesRules: String {
        series.enumerated().map { ".s\($0.offset){stroke:\($0.element);fill:\($0.element)}" }.joined(separator: "\n")
    }

    /// All rules of a file of its own: it is seen on white paper. Without custom properties, which librsvg does not know.
    static var fileRules: String {
        rules(ground: "#ffffff", text: "#1f252c", muted: "#5b6570", axis: "#98a1ab", grid: "#e4e8ec")
    }

    /// The same for a page, whose properties give the colours.
    static var pageRules: String {
        rules(
            ground: "var(--panel)", text: "var(--text)", muted: "var(--muted)", axis: "var(--axis)",
            grid: "var(--grid)")
    }

    private static func rules(ground: String, text: String, muted: String, axis: String, grid: String) -> String {
        """
        .ground{fill:\(ground)}
        .chart text{font-family:system-ui,'DejaVu Sans',sans-serif;font-size:12px;fill:\(muted)}
        .chart .title{font-size:18px;font-weight:bold;fill:\(text)}
        .chart .panel{font-size:13px;font-weight:bold;fill:\(text)}
        .chart .name{fill:\(text)}
        .axis{stroke:\(axis);stroke-width:1;fill:none}
        .grid{stroke:\(grid);stroke-width:1;fill:none}
        .diagonal{stroke:\(axis);stroke-width:1;stroke-dasharray:4 4;fill:none}
        .line{stroke-width:2;stroke-linejoin:round;stroke-opacity:.75}
        .chart .line{fill:none}
        .mark{stroke:\(ground);stroke-width:1}
        .span{stroke-width:2.5;stroke-opacity:.7}
        \(seriesRules)
        .chart .mark{stroke:\(ground)}
        """
    }
}
