/// Letters of the 8x16 font of QEMU's VGA BIOS (SeaBIOS), in which the demo guest writes: a byte per row, the left pixel
/// its highest bit.
enum PanelFont {
    /// 0 to 9, as pixels of 0 and 1.
    static let digits: [[Double]] = pixels([
        0x0000_3c66_c3c3_dbdb, 0xc3c3_663c_0000_0000, 0x0000_1838_7818_1818, 0x1818_187e_0000_0000,
        0x0000_7cc6_060c_1830, 0x60c0_c6fe_0000_0000, 0x0000_7cc6_0606_3c06, 0x0606_c67c_0000_0000,
        0x0000_0c1c_3c6c_ccfe, 0x0c0c_0c1e_0000_0000, 0x0000_fec0_c0c0_fc06, 0x0606_c67c_0000_0000,
        0x0000_3860_c0c0_fcc6, 0xc6c6_c67c_0000_0000, 0x0000_fec6_0606_0c18, 0x3030_3030_0000_0000,
        0x0000_7cc6_c6c6_7cc6, 0xc6c6_c67c_0000_0000, 0x0000_7cc6_c6c6_7e06, 0x0606_0c78_0000_0000,
    ])

    /// The letters of GUEST.
    static let label: [[Double]] = pixels([
        0x0000_3c66_c2c0_c0de, 0xc6c6_663a_0000_0000, 0x0000_c6c6_c6c6_c6c6, 0xc6c6_c67c_0000_0000,
        0x0000_fe66_6268_7868, 0x6062_66fe_0000_0000, 0x0000_7cc6_c660_380c, 0x06c6_c67c_0000_0000,
        0x0000_ffdb_9918_1818, 0x1818_183c_0000_0000,
    ])

    /// Each letter from its upper and its lower half, row by row.
    private static func pixels(_ halves: [UInt64]) -> [[Double]] {
        stride(from: 0, to: halves.count - 1, by: 2).map { first in
            halves[first...first + 1].flatMap { half in (0..<64).map { Double((half >> (63 - $0)) & 1) } }
        }
    }
}
