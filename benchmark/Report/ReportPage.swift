import Foundation

/// One HTML file with charts and table, which needs no network and no script.
struct ReportPage: Sendable {
    let rows: [CodecRow]
    /// What was not measured, and why, a line each.
    let skips: [String]
    let charts: [Chart]
    /// What else a reader should know, a line each.
    let notes: [String]

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Codec figures of Loco</title>
        <style>
        \(Self.style)
        \(ChartStyle.pageRules)
        </style>
        </head>
        <body>
        <header>
        <h1>Codec figures of Loco</h1>
        <dl>
        \(facts)
        </dl>
        </header>
        <main>
        \(list("Not measured", skips))
        \(list("Notes", notes))
        \(charts.map { "<figure>\n\(ChartSVG($0).inline)\n</figure>" }.joined(separator: "\n"))
        <section>
        <h2>All figures</h2>
        <p>A dash was not measured. CPU is per cent of one core; memory is resident, in MB (10^6 bytes); times in ms.</p>
        <div class="scroll">
        \(table)
        </div>
        </section>
        </main>
        </body>
        </html>

        """
    }

    private var facts: String {
        let times = rows.map(\.startedAt)
        let span = times.min().flatMap { first in
            times.max().map { last in
                first == last
                    ? first.ISO8601Format() : "\(first.ISO8601Format()) to \(last.ISO8601Format())"
            }
        }
        return [
            ("machine", Set(rows.map(\.machine)).sorted().joined(separator: "; ")),
            ("version", Set(rows.map(\.version)).sorted().joined(separator: ", ")), ("measured", span ?? "nothing"),
            ("rows", "\(rows.count)"),
        ].map { "<div><dt>\($0.0)</dt><dd>\(Markup.escaped($0.1))</dd></div>" }.joined(separator: "\n")
    }

    private func list(_ title: String, _ lines: [String]) -> String {
        guard !lines.isEmpty else { return "" }
        let items = lines.map { "<li>\(Markup.escaped($0))</li>" }.joined(separator: "\n")
        return "<section>\n<h2>\(title)</h2>\n<ul>\n\(items)\n</ul>\n</section>"
    }

    private var table: String {
        let names = [
            "source", "encoder", "preset", "size", "rate", "guests", "frames/s", "kbit/s", "CPU", "memory",
            "encode p50",
            "encode p95", "glass p50", "glass p95", "PSNR dB", "SSIM", "dropped",
        ]
        let head = names.map { "<th scope=\"col\">\($0)</th>" }.joined()
        let machines = Set(rows.map(\.machine)).count > 1
        let body = rows.map { row in
            let subject = row.subject
            let words = [
                subject.source, subject.encoder, subject.preset, "\(subject.width)x\(subject.height)",
            ]
            let figures = [
                "\(subject.targetFPS)", "\(subject.replicas)", Figure.text(row.fps), Figure.text(row.bitrate, 0),
                Figure.text(row.cpuPercentPerGuest), Figure.text(row.rssMegabytesPerGuest),
                Figure.text(row.encodeP50), Figure.text(row.encodeP95), Figure.text(row.glassP50),
                Figure.text(row.glassP95), Figure.text(row.psnrY), Figure.text(row.ssim, 4),
                row.droppedFrames.map(String.init) ?? "-",
            ]
            return "<tr>" + words.map { "<td>\(Markup.escaped($0))</td>" }.joined()
                + figures.map { "<td class=\"n\">\($0)</td>" }.joined()
                + (machines ? "<td>\(Markup.escaped(row.machine))</td>" : "") + "</tr>"
        }.joined(separator: "\n")
        return """
            <table>
            <thead><tr>\(head)\(machines ? "<th scope=\"col\">machine</th>" : "")</tr></thead>
            <tbody>
            \(body)
            </tbody>
            </table>
            """
    }

    private static let style = """
        :root{--page:#f4f6f8;--panel:#ffffff;--text:#1f252c;--muted:#5b6570;--axis:#98a1ab;--grid:#e4e8ec}
        @media (prefers-color-scheme:dark){
        :root{--page:#12161b;--panel:#1a2027;--text:#e8ecf0;--muted:#a3adb8;--axis:#5d6772;--grid:#2b333c}
        }
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:1140px;padding:24px 16px;background:var(--page);color:var(--text);
        font:15px/1.5 system-ui,'DejaVu Sans',sans-serif}
        h1{font-size:26px;margin:0 0 12px}
        h2{font-size:18px;margin:0 0 8px}
        dl{display:flex;flex-wrap:wrap;gap:8px 28px;margin:0 0 16px}
        dt{color:var(--muted);font-size:12px}
        dd{margin:0}
        section,figure{background:var(--panel);border:1px solid var(--grid);border-radius:8px;margin:0 0 18px;
        padding:16px}
        figure{padding:4px;overflow-x:auto}
        figure svg{display:block;width:100%;min-width:700px;height:auto}
        p,ul{margin:0 0 8px;color:var(--muted)}
        .scroll{overflow:auto;max-height:80vh}
        table{border-collapse:collapse;width:100%;font-size:13px;font-variant-numeric:tabular-nums}
        th{position:sticky;top:0;background:var(--panel);color:var(--muted);font-weight:600;text-align:left;
        white-space:nowrap;box-shadow:inset 0 -1px var(--axis)}
        th,td{padding:5px 9px}
        td{border-bottom:1px solid var(--grid);white-space:nowrap}
        .n,th:nth-child(n+5):nth-child(-n+17){text-align:right}
        tbody tr:hover{background:var(--page)}
        """
}
