import Foundation

/// The boxes of an MP4 file that grows by fragments (ISO/IEC 14496-12, 8.8): `ftyp`, `moov`, then pairs of `moof` (which
/// frames) and `mdat` (their bytes).
public enum FragmentedMovie {
    /// Cuts off the fragment that was being written when its writer was killed or the disk was full: players and FFmpeg
    /// refuse a whole file for half a `moof`.
    ///
    /// A file without a whole fragment is left as it is, and so is what is no MP4 file.
    ///
    /// - Returns: the bytes that were cut off.
    /// - Throws: `RecordingError.cannotWrite`.
    @discardableResult
    public static func cutTorn(_ path: String) throws -> Int {
        let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw failed(path) }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw failed(path) }
        let size = Int(info.st_size)
        guard let whole = lengthOfWhole(descriptor, size: size), whole < size else { return 0 }
        guard ftruncate(descriptor, off_t(whole)) == 0 else { throw failed(path) }
        return size - whole
    }

    /// Where the last whole fragment ends; nil where there is none.
    private static func lengthOfWhole(_ descriptor: Int32, size: Int) -> Int? {
        var (offset, whole): (Int, Int?) = (0, nil)
        while let box = box(descriptor, at: offset), box.size <= size - offset {
            offset += box.size
            if box.type == "mdat" || box.type == "mfra" { whole = offset }
        }
        return whole
    }

    /// The box that begins there; nil where none does, or one without a length of its own.
    private static func box(_ descriptor: Int32, at offset: Int) -> (type: String, size: Int)? {
        var header = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &header, 16, off_t(offset))
        guard count >= 8 else { return nil }
        func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        var size = number(header[0..<4])
        if size == 1 {
            guard count == 16 else { return nil }
            size = number(header[8..<16])
        }
        guard size >= 8, let size = Int(exactly: size) else { return nil }
        return (String(decoding: header[4..<8], as: UTF8.self), size)
    }

    private static func failed(_ path: String) -> RecordingError {
        .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
}
