import HTTPTypes
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1)))
struct AccessPolicyTests {
    private static let policy: AccessPolicy = {
        var policy = AccessPolicy(token: "admin-admin-admin")
        (policy.controlToken, policy.viewToken) = ("control-control", "view-view-view")
        return policy
    }()

    private static func scope(
        query: String? = nil, _ headers: HTTPFields = [:], path: String = "/x",
        policy: AccessPolicy = AccessPolicyTests.policy
    ) -> AccessScope? {
        try? policy.authorize(path: path, queryToken: query, headers: headers).scope
    }

    static let tokens: [(String, AccessScope?)] = [
        ("admin-admin-admin", .admin), ("control-control", .control), ("view-view-view", .view),
        ("view-view-vieW", nil),
        ("view-view-vie", nil), ("view-view-view ", nil), ("", nil), ("admin-admin-adminx", nil),
    ]

    @Test(arguments: tokens) func `a token has its scope, however it comes`(token: String, scope: AccessScope?) {
        #expect(Self.scope(query: token) == scope)
        #expect(Self.scope([.cookie: "a=1; loco_token=\(token.replacing(" ", with: "%20"))"]) == scope)
        // A field's value has no blanks at its end.
        if !token.hasSuffix(" ") { #expect(Self.scope([.authorization: "bearer \(token)"]) == scope) }
    }

    @Test func `the header goes before the query before the cookie, and the others are not needed to be right`() {
        let headers: HTTPFields = [.authorization: "Bearer view-view-view", .cookie: "loco_token=admin-admin-admin"]
        #expect(Self.scope(query: "control-control", headers) == .view)
        #expect(Self.scope(query: "control-control", [.cookie: "loco_token=admin-admin-admin"]) == .control)
        #expect(Self.scope(query: "wrong", [.cookie: "loco_token=admin-admin-admin"]) == .admin)
    }

    @Test func `the hub's word lowers a scope and never raises it`() {
        func scope(_ token: String, _ word: String) -> AccessScope? {
            Self.scope([.authorization: "Bearer \(token)", AccessPolicy.scopeField: word])
        }
        #expect(scope("admin-admin-admin", "view") == .view)
        #expect(scope("admin-admin-admin", "control") == .control)
        #expect(scope("view-view-view", "control") == .view)
        #expect(scope("view-view-view", "admin") == .view)
        #expect(scope("admin-admin-admin", "nonsense") == .view)
        let open = AccessPolicy()
        #expect(Self.scope(policy: open) == .admin)
        #expect(Self.scope([AccessPolicy.scopeField: "view"], policy: open) == .view)
    }

    @Test func `an open path needs no token and gives nobody more than looking`() {
        #expect(Self.scope(path: "/health") == .view)
        #expect(Self.scope(query: "control-control", path: "/health") == .control)
        #expect(Self.scope() == nil)
    }

    @Test func `scopes are ordered`() {
        #expect(AccessScope.view < .control && AccessScope.control < .admin && !(AccessScope.admin < .admin))
    }
}
