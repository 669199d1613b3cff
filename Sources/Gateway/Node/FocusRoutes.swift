import Fleet
import Foundation
import Hummingbird
import Probe

/// A node's `/focus`: what the hub wishes of its guest.
struct FocusRoutes: Sendable {
    let focus: GuestFocus

    func add(to router: HTTPService.Routes) {
        router.get("/focus") { [focus] _, _ in Response.json(await focus.state()) }
        router.put("/focus") { [focus] request, _ in
            let wish = try await request.json(FocusWish.self, limit: 4096)
            guard wish.cpuShare > 0, wish.cpuShare <= 1 else {
                throw APIError.badRequest("'cpuShare' must be a number over 0, and 1 at most")
            }
            return Response.json(await focus.set(wish))
        }
    }
}
