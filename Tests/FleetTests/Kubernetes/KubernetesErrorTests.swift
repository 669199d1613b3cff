import Foundation
import Testing

@testable import Fleet

@Suite(.timeLimit(.minutes(1)))
struct KubernetesErrorTests {
    private func error(_ file: String, _ code: Int, _ permission: String = "list pods in namespace loco") throws
        -> KubernetesError
    {
        KubernetesError(
            code: code, body: try KubernetesFixture.data(file), permission: permission, tokenFile: "/run/token")
    }

    @Test(arguments: [
        ("error-401-bad-token.json", 401, "does not take the token of /run/token"),
        ("error-403-anonymous.json", 403, "automountServiceAccountToken"),
        ("error-403-all-namespaces.json", 403, "permission to list pods in namespace loco is missing"),
        ("error-403-all-namespaces.json", 403, "--set rbac.create=true"),
        ("error-403-delete-pod.json", 403, "cannot delete resource"),
        ("error-404-pod.json", 404, "not found"),
        ("error-400-bad-selector.json", 400, "unable to parse requirement"),
        ("error-504-future-resource-version.json", 504, "Too large resource version"),
    ])
    func `a refusal says what to do about it`(file: String, code: Int, words: String) throws {
        #expect("\(try error(file, code))".contains(words))
    }

    @Test(arguments: [
        ("list pods", "--set rbac.create=true,"), ("delete pods", "rbac.allowPodDelete=true"),
        ("patch statefulsets/scale", "rbac.allowScale=true"), ("patch pods/resize", "rbac.allowResize=true"),
    ])
    func `each permission has the chart's value that gives it`(permission: String, words: String) throws {
        let text = "\(try error("error-403-delete-pod.json", 403, permission + " in namespace loco"))"
        #expect(text.contains("--set rbac.create=true") && text.contains(words))
    }

    @Test func `an anonymous request is not told to be a missing permission of the hub`() throws {
        #expect(!"\(try error("error-403-anonymous.json", 403))".contains("rbac.create"))
    }

    @Test func `out of date is told apart, and a server's wish to be left alone is kept`() throws {
        #expect(try error("error-410-list-exact-too-old.json", 410).isExpired)
        #expect(try error("error-410-continue-expired.json", 410).isExpired)
        let later = try error("error-504-future-resource-version.json", 504)
        #expect(!later.isExpired && later.retryAfter == .seconds(1))
        let header = KubernetesError(
            code: 429, body: Data("slow down".utf8), permission: "", tokenFile: "", retryAfter: 7)
        #expect(header.retryAfter == .seconds(7) && "\(header)".contains("429"))
    }
}
