import Foundation

/// A sine as a table of whole numbers: no machine rounds it differently.
enum Wave {
    /// Steps of a whole turn.
    static let turn = 1024
    private static let values: [Int] = (0..<turn).map {
        Int((sin(Double($0) * 2 * .pi / Double(turn)) * 1024).rounded())
    }

    /// The sine of that many 1024ths of a turn, times `height`.
    static func at(_ angle: Int, _ height: Int) -> Int {
        let index = angle % turn
        return values[index < 0 ? index + turn : index] * height / 1024
    }
}
