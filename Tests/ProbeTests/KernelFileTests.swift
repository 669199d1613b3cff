import Testing

@testable import Probe

struct KernelFileTests {
    @Test func `a table longer than a page is read to its end`() throws {
        // A process's own memory map: some hundred lines, of which the kernel gives a page at a time.
        let text = try #require(KernelFile.text("/proc/self/smaps"))
        #expect(text.utf8.count > 16 << 10)
        let last = try #require(text.split(separator: "\n").last)
        #expect(last.hasPrefix("VmFlags:") && text.hasSuffix("\n"))
    }

    @Test func `what is not there is told apart from what is empty`() {
        #expect(KernelFile.text("/proc/self/no-such-file") == nil)
        #expect(KernelFile.text("/dev/null")?.isEmpty == true)
        #expect(KernelFile.text("/proc/self") == nil)
    }
}
