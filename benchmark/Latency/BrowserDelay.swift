/// What a person sees: joins and keys in Loco's own page in a Chromium, decoded and shown, by the page's figures.
struct BrowserDelay: Sendable {
    private let subject: Subject
    private let settings: MeasureSettings
    /// Nil where there is no browser: the rows say so.
    private let page: BrowserPage?

    private static let absent = "no Chromium in PATH: install Debian's chromium, or name one with --browser"

    init(_ subject: Subject, _ settings: MeasureSettings, _ page: BrowserPage?) {
        self.subject = subject
        self.settings = settings
        self.page = page
    }

    /// What the page tells of its session; times in ms.
    private struct Metrics: Decodable {
        struct Clicks: Decodable {
            let p50: Double
            let p95: Double
            let count: Int
        }

        let answerMs: Double?
        let firstFrameMs: Double?
        let clickToPixel: Clicks?
    }

    /// From the page's offer to the first frame that it shows; each viewer joins alone, so that the encoder has to
    /// start.
    ///
    /// - Parameter screen: what the screen does, for the name: moving or still.
    func joins(_ screen: String) async throws -> [Measure] {
        let count = settings.isQuick ? 5 : 20
        var joins: [Metrics] = []
        if let page {
            ProgressLine.show("\(count) joins in Chromium, \(screen) screen")
            for _ in 0..<count {
                try await join(page)
                if let metrics = try await metrics(of: page) { joins.append(metrics) }
                try await leave(page)
            }
        }
        let all = Distribution(joins.compactMap(\.firstFrameMs))
        return [
            Measure(
                "offer -> first frame in Chromium, \(screen), p95", "chromium_first_frame_\(screen)_p95", "ms",
                all.percentile95, bar: .value(atMost: 250),
                note: page == nil
                    ? Self.absent
                    : "\(all.count) loads of the page, median \(Figure.text(all.median)), decoded and shown",
                digits: 1),
            Measure(
                "  of it until the answer, p95", "chromium_answer_\(screen)_p95", "ms",
                Distribution(joins.compactMap(\.answerMs)).percentile95, digits: 1),
        ]
    }

    /// From keys pressed in the page to the frames that show their effect; on a still screen.
    func keys() async throws -> [Measure] {
        let count = settings.isQuick ? 12 : 60
        var clicks: Metrics.Clicks?
        if let page {
            ProgressLine.show("\(count) keys in Chromium on a still screen")
            try await join(page)
            try await takeControl(page)
            try await Task.sleep(for: .seconds(settings.settleSeconds))
            for _ in 0..<count {
                try await page.press("x")
                // At any moment between two captures.
                try await Task.sleep(for: .milliseconds(Int.random(in: 150...350)))
            }
            try await Task.sleep(for: .seconds(1))
            clicks = try await metrics(of: page)?.clickToPixel
            try await leave(page)
        }
        return [
            Measure(
                "key -> pixel in Chromium, p50", "chromium_click_to_pixel_p50", "ms", clicks?.p50,
                bar: .value(atMost: 60),
                note: page == nil ? Self.absent : "\(clicks?.count ?? 0) answers to \(count) keys, decoded and shown"),
            Measure(
                "key -> pixel in Chromium, p95", "chromium_click_to_pixel_p95", "ms", clicks?.p95,
                bar: .value(atMost: 100)),
        ]
    }

    private var player: String { #"globalThis.loco?.players?.get("\#(subject.instance)")"# }

    private func metrics(of page: BrowserPage) async throws -> Metrics? {
        try await page.value(of: "\(player)?.metrics()")
    }

    private func join(_ page: BrowserPage) async throws {
        try await page.open(subject.loco.hub.base + "/")
        try await page.wait(
            "the page shows \(subject.instance)", within: 15,
            until: "(\(player)?.metrics().then((one) => one.firstFrameMs !== null))")
    }

    /// Until the node has let go of the viewer: then nothing is encoded, as before the first.
    private func leave(_ page: BrowserPage) async throws {
        try await page.open("about:blank")
        let deadline = ContinuousClock.now + .seconds(15)
        while let viewers = try await subject.loco.metrics(of: subject.instance)?.total("loco_viewers"), viewers > 0 {
            guard ContinuousClock.now < deadline else {
                throw BenchError.childFailed(what: Browser.name, reason: "its session has not ended after 15 s")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func takeControl(_ page: BrowserPage) async throws {
        let tile = #"document.querySelector('.tile[data-id="\#(subject.instance)"]')"#
        let middle: [Double] = try await page.value(
            of: "((area) => [area.x + area.width / 2, area.y + area.height / 2])"
                + "(\(tile).querySelector('.stage').getBoundingClientRect())")
        try await page.click(x: middle[0], y: middle[1])
        try await page.wait("the page has control", within: 5, until: "\(tile).dataset.control === 'you'")
    }
}
