import Hummingbird
import Probe

/// The pages, what they import, and `GET /api/config/pages`, which tells them of each other.
struct PageRoutes: Sendable {
    /// The body of `GET /api/config/pages`.
    struct View: Encodable {
        struct Front: Codable, Hashable, Sendable {
            let port: Int
            /// Its address where that is not the port of the same host, as behind an Ingress.
            @ExplicitNull var url: String?
        }

        let dashboard: Front
        @ExplicitNull var vr: Front?
        /// Whether the packages that pages import are installed.
        let three: Bool
        let novnc: Bool
        let charts: Bool
    }

    /// `nil` serves none.
    let pages: StaticPages?
    /// Where the dashboard is served.
    let dashboard: PromisedPort
    /// Where the VR wall is served; `nil` where it is not.
    let vr: PromisedPort?

    private let three = PackageFiles.three
    private let novnc = PackageFiles.novnc
    private let charts = PackageFiles.charts

    /// The public addresses of both, where they are set.
    private let addresses: (dashboard: String?, vr: String?)

    init(
        pages: StaticPages?, dashboard: PromisedPort, vr: PromisedPort?,
        addresses: (dashboard: String?, vr: String?) = (nil, nil)
    ) {
        self.pages = pages
        self.dashboard = dashboard
        self.vr = vr
        self.addresses = addresses
    }

    /// - Parameter frontEnd: the folder of the page at `/`.
    func add(to routes: HTTPService.Routes, frontEnd: String) {
        pages?.addRoutes(to: routes, frontEnd: frontEnd)
        for package in [three, novnc, charts] { package.add(to: routes) }
        routes.get("/api/config/pages") { _, _ in Response.json(try await view()) }
    }

    private func view() async throws -> View {
        let wall = try await vr?.value
        return View(
            dashboard: .init(port: try await dashboard.value, url: .init(wrappedValue: addresses.dashboard)),
            vr: .init(wrappedValue: wall.map { .init(port: $0, url: .init(wrappedValue: addresses.vr)) }),
            three: three.isInstalled, novnc: novnc.isInstalled, charts: charts.isInstalled)
    }
}
