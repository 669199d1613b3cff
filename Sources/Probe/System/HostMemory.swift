import Foundation

/// The host's memory.
public enum HostMemory {
    /// Bytes of RAM in all; nil when the kernel does not tell.
    public static var totalBytes: Int? {
        let pages = sysconf(Int32(_SC_PHYS_PAGES))
        return pages > 0 ? pages * sysconf(Int32(_SC_PAGESIZE)) : nil
    }

    /// Per cent of the host's RAM that `bytes` are.
    public static func percent(of bytes: Int) -> Double? {
        totalBytes.map { Double(bytes) / Double($0) * 100 }
    }
}
