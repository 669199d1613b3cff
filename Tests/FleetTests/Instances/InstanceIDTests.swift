import Testing

@testable import Fleet

@Suite("InstanceID")
struct InstanceIDTests {
    @Test("ids are lower-case letters, digits and dashes", arguments: ["instance-0", "a", "0", "win98-12", "a--b"])
    func accepted(_ text: String) {
        #expect(InstanceID(text)?.description == text)
    }

    @Test(
        "nothing else gets through",
        arguments: ["", "-a", "A", "a b", "a/b", "../x", "a.b", "é", "a\n", String(repeating: "a", count: 64)])
    func refused(_ text: String) {
        #expect(InstanceID(text) == nil)
    }

    @Test("they are sorted by ordinal")
    func order() {
        let sorted = [10, 9, 1, 0].map { InstanceID(ordinal: $0) }.sorted()
        #expect(sorted.map(\.description) == ["instance-0", "instance-1", "instance-9", "instance-10"])
        #expect(InstanceID("loco-emulator-7")?.ordinal == 7)
        #expect(InstanceID("lobby")?.ordinal == nil)
    }
}
