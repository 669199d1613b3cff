import Foundation

/// The figures of one run of `bench roles`.
struct RolesReport: Sendable {
    let settings: RolesSettings
    let date: Date
    let idle: PhaseReading
    let watched: PhaseReading
    /// In the order of joining: first one viewer of each guest, then the others.
    let joins: [JoinTimes]
    let received: [ReceivedRates]

    /// What is one figure per viewer.
    var perViewer: [(name: String, key: String, unit: String, values: Distribution)] {
        // Guest by guest the first one starts the encoder; the others find it running.
        let first = joins.prefix(settings.guests)
        return [
            ("offer -> 201 answer", "offer_to_answer", "ms", Distribution(joins.map(\.answer))),
            ("offer -> first RTP video packet", "offer_to_first_video", "ms", Distribution(joins.map(\.firstVideo))),
            ("offer -> first complete frame", "offer_to_first_frame", "ms", Distribution(joins.map(\.firstFrame))),
            ("  first viewers: -> answer", "first_viewer_to_answer", "ms", Distribution(first.map(\.answer))),
            ("  first viewers: -> video", "first_viewer_to_first_video", "ms", Distribution(first.map(\.firstVideo))),
            ("video frames received", "video_frames", "1/s", Distribution(received.map(\.framesPerSecond))),
            ("video received", "video", "kbit/s", Distribution(received.map(\.videoKilobits))),
            ("audio received", "audio", "kbit/s", Distribution(received.map(\.audioKilobits))),
            (
                "video packets missing", "video_packets_missing", "",
                Distribution(received.map { Double($0.missingVideoPackets) })
            ),
        ]
    }

    /// For people.
    var text: String {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        return """

            roles: guests \(settings.guests), viewers per guest \(settings.viewersPerGuest), \(settings.codec.rawValue), \
            phases of \(settings.seconds) s
            machine: \(cores) cores, all work on it kept them \(Figure.text(idle.machineBusy, 0)) % busy without \
            viewers, \(Figure.text(watched.machineBusy, 0)) % with

            \(roleTable)
            each: per process; CPU in per cent of one core; hub: loco up; bench: the \(joins.count) viewers themselves
            \(changes)
            \(viewerTable)
            per viewer; p95 by nearest rank; packets as they leave the viewer's jitter buffer

            """
    }

    /// The columns that all rows share.
    var leading: [String] {
        [
            date.ISO8601Format(), "roles", "\(settings.guests)", "\(settings.viewersPerGuest)", "\(settings.seconds)",
            settings.codec.rawValue,
        ]
    }

    /// One row per figure, in the order of `ResultFile.columns` without the leading ones.
    var rows: [[String]] {
        var rows: [[String]] = []
        for (phase, reading) in [("idle", idle), ("watched", watched)] {
            rows.append([phase, "machine", "busy", "mean", "%", Figure.field(reading.machineBusy)])
            for role in Role.allCases {
                let usage = reading.usage[role]
                if usage == nil, role == .other { continue }
                let figures: [(String, String, String, Double?)] = [
                    ("processes", "last", "", usage.map { Double($0.processes) }),
                    ("processes_changed", "sum", "", usage.map { Double($0.changed) }),
                    ("cpu", "mean", "% of a core", usage?.meanCPU), ("cpu", "max", "% of a core", usage?.maxCPU),
                    ("rss", "mean", "MB", usage?.residentMB),
                ]
                for (metric, statistic, unit, value) in figures {
                    rows.append([phase, role.rawValue, metric, statistic, unit, Figure.field(value)])
                }
            }
        }
        for (_, key, unit, values) in perViewer {
            let statistics = [
                ("count", Double(values.count)), ("median", values.median), ("p95", values.percentile95),
                ("min", values.minimum), ("max", values.maximum),
            ]
            for (statistic, value) in statistics {
                rows.append([
                    "watched", "viewer", key, statistic, statistic == "count" ? "" : unit, Figure.field(value),
                ])
            }
        }
        return rows
    }

    private var roleTable: String {
        var table = TextTable(header: [
            "role", "processes", "idle CPU mean", "max", "RSS MB each", "watched CPU mean", "max", "RSS MB each",
        ])
        for role in Role.allCases {
            let (before, after) = (idle.usage[role], watched.usage[role])
            if before == nil, after == nil, role == .other { continue }
            table.add([
                role.rawValue, (after ?? before).map { "\($0.processes)" } ?? "-", Figure.text(before?.meanCPU),
                Figure.text(before?.maxCPU), Figure.text(before?.residentMB), Figure.text(after?.meanCPU),
                Figure.text(after?.maxCPU), Figure.text(after?.residentMB),
            ])
        }
        return table.text
    }

    /// Processes that came or went while they were measured: the figures of such a phase are no steady state.
    private var changes: String {
        var lines = ""
        for (phase, reading) in [("idle", idle), ("watched", watched)] {
            for role in Role.allCases {
                guard let changed = reading.usage[role]?.changed, changed > 0 else { continue }
                lines += "note: \(changed) process(es) of \(role.rawValue) came or went in the \(phase) phase\n"
            }
        }
        return lines
    }

    private var viewerTable: String {
        var table = TextTable(header: ["measure", "unit", "n", "median", "p95", "min", "max"])
        for (name, _, unit, values) in perViewer {
            table.add([
                name, unit, "\(values.count)", Figure.text(values.median), Figure.text(values.percentile95),
                Figure.text(values.minimum), Figure.text(values.maximum),
            ])
        }
        return table.text
    }
}
