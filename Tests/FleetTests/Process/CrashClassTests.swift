import Testing

@testable import Fleet

@Suite("CrashClass")
struct CrashClassTests {
    static let table: [(ProcessExit, CrashClass)] = [
        (ProcessExit(pid: 1, code: nil, signal: 9, uptime: .zero, outOfMemoryKill: true), .outOfMemory),
        (ProcessExit(pid: 1, code: nil, signal: 9, uptime: .zero), .unexpectedExit),
        (
            ProcessExit(
                pid: 1, code: 1, signal: nil, uptime: .zero,
                lastLines: ["qemu: cannot set up guest memory 'pc.ram': Cannot allocate memory"]), .outOfMemory
        ),
        (
            ProcessExit(
                pid: 1, code: 127, signal: nil, uptime: .zero,
                lastLines: ["x: error while loading shared libraries: libfoo.so.1"]), .missingDependency
        ),
        (ProcessExit(pid: 1, code: 127, signal: nil, uptime: .zero), .missingDependency),
        (
            ProcessExit(
                pid: 1, code: 1, signal: nil, uptime: .zero,
                lastLines: ["qemu: -drive file=/x.img: Could not open '/x.img': No such file or directory"]),
            .guestImageError
        ),
        (ProcessExit(pid: 1, code: 2, signal: nil, uptime: .zero, lastLines: ["bad option"]), .nonzeroExit),
        (ProcessExit(pid: 1, code: 0, signal: nil, uptime: .zero), .unexpectedExit),
        (ProcessExit(pid: 1, code: nil, signal: 11, uptime: .zero), .unexpectedExit),
    ]

    @Test("an end is sorted by its evidence", arguments: table)
    func classify(_ exit: ProcessExit, _ expected: CrashClass) {
        #expect(CrashClass.of(exit) == expected)
    }
}
