import Foundation
import Synchronization

/// A page of a browser, over the Chrome DevTools Protocol.
final class BrowserPage: Sendable {
    /// How long one call may take, in seconds.
    private static let limit = 15
    /// The page's size, in CSS pixels: small, for a browser without a graphics card draws it on the cores that are measured.
    private static let width = 720
    private static let height = 640

    private let socket: TextSocket
    private let mailbox: Mailbox
    private let session: String

    /// What the socket's thread writes.
    private final class Mailbox: Sendable {
        let replies = Mutex<[Int: DevToolsReply]>([:])
        let lastID = Atomic<Int>(0)

        func take(_ text: String) {
            guard let reply = try? JSONDecoder().decode(DevToolsReply.self, from: Data(text.utf8)), let id = reply.id
            else { return }
            replies.withLock { $0[id] = reply }
        }
    }

    private init(socket: TextSocket, mailbox: Mailbox, session: String) {
        self.socket = socket
        self.mailbox = mailbox
        self.session = session
    }

    /// Takes over the page that the browser has opened by itself.
    ///
    /// - Parameters:
    ///   - port: the browser's, on 127.0.0.1.
    ///   - path: of its own target, as `DevToolsActivePort` names it.
    /// - Throws: `BenchError.childFailed`, and what ``TextSocket/open(port:path:within:onText:)`` throws.
    static func attach(port: Int, path: String) async throws -> BrowserPage {
        let mailbox = Mailbox()
        let socket = try await TextSocket.open(port: port, path: path, within: limit) { mailbox.take($0) }
        do {
            let browser = BrowserPage(socket: socket, mailbox: mailbox, session: "")
            let targets = try await browser.call("Target.getTargets").targetInfos ?? []
            guard let target = targets.first(where: { $0.type == "page" }),
                let session = try await browser.call(
                    "Target.attachToTarget", ["targetId": target.targetId, "flatten": true]
                ).sessionId
            else { throw failed("it has no page") }
            let page = BrowserPage(socket: socket, mailbox: mailbox, session: session)
            _ = try await page.call(
                "Emulation.setDeviceMetricsOverride",
                ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": false])
            return page
        } catch {
            socket.cut()
            throw error
        }
    }

    /// Leaves the page and loads another.
    func open(_ address: String) async throws { _ = try await call("Page.navigate", ["url": address]) }

    /// What a JavaScript expression is, once it is settled where it is a promise.
    ///
    /// - Throws: `BenchError.childFailed` with what the page throws, or where the value is of another kind.
    func value<Value: Decodable>(of expression: String, as kind: Value.Type = Value.self) async throws -> Value {
        let reply = try await call(
            "Runtime.evaluate",
            [
                "expression": "(async () => JSON.stringify((await (\(expression))) ?? null))()",
                "awaitPromise": true, "returnByValue": true,
            ])
        do { return try JSONDecoder().decode(Value.self, from: Data((reply.result?.value ?? "null").utf8)) } catch {
            throw Self.failed("\(expression) is \(reply.result?.value ?? "nothing")")
        }
    }

    /// Waits until an expression is true.
    ///
    /// - Throws: `BenchError.childFailed` naming `what` where it is not after that many seconds.
    func wait(_ what: String, within seconds: Int, until expression: String) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while try await value(of: expression, as: Bool?.self) != true {
            guard ContinuousClock.now < deadline else { throw Self.failed("not within \(seconds) s: \(what)") }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Presses and releases the mouse's left button.
    func click(x: Double, y: Double) async throws {
        for type in ["mouseMoved", "mousePressed", "mouseReleased"] {
            _ = try await call(
                "Input.dispatchMouseEvent",
                [
                    "type": type, "x": x, "y": y, "button": type == "mouseMoved" ? "none" : "left",
                    "clickCount": type == "mouseMoved" ? 0 : 1,
                ])
        }
    }

    /// Presses and releases the key of a letter.
    func press(_ letter: Character) async throws {
        for type in ["keyDown", "keyUp"] {
            _ = try await call(
                "Input.dispatchKeyEvent",
                [
                    "type": type, "code": "Key\(letter.uppercased())", "key": letter.lowercased(),
                    "windowsVirtualKeyCode": Int(letter.uppercased().unicodeScalars.first?.value ?? 0),
                ])
        }
    }

    /// Ends the conversation.
    func close() { socket.cut() }

    private func call(_ method: String, _ parameters: [String: Any] = [:]) async throws -> DevToolsReply.Content {
        let id = mailbox.lastID.add(1, ordering: .relaxed).newValue
        var message: [String: Any] = ["id": id, "method": method, "params": parameters]
        if !session.isEmpty { message["sessionId"] = session }
        let data = try JSONSerialization.data(withJSONObject: message)
        do { try await socket.send(data) } catch { throw Self.failed("\(method): \(error)") }
        let deadline = ContinuousClock.now + .seconds(Self.limit)
        while true {
            if let reply = mailbox.replies.withLock({ $0.removeValue(forKey: id) }) {
                if let failure = reply.failure { throw Self.failed("\(method): \(failure)") }
                guard let content = reply.result else { throw Self.failed("\(method) was answered with nothing") }
                return content
            }
            guard socket.isOpen else { throw Self.failed("\(method): it has ended") }
            guard ContinuousClock.now < deadline else {
                throw Self.failed("no answer to \(method) within \(Self.limit) s")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private static func failed(_ reason: String) -> BenchError { .childFailed(what: Browser.name, reason: reason) }
}
