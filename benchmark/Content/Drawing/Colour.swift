/// Colours as 0xAARRGGBB: on the little-endian machines that Loco runs on, blue comes first in memory.
enum Colour {
    /// The colour that lies `part` of `whole` on the way from one to the other; opaque.
    static func mix(_ from: UInt32, _ to: UInt32, _ part: Int, of whole: Int) -> UInt32 {
        var mixed: UInt32 = 0xff00_0000
        for shift in [UInt32(0), 8, 16] {
            let (first, last) = (Int(from >> shift & 0xff), Int(to >> shift & 0xff))
            mixed |= UInt32(first + (last - first) * part / whole) << shift
        }
        return mixed
    }
}
