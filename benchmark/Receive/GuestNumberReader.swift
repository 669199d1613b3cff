/// Reads the number that the demo guest shows on its panel (`GUEST 3`), where demo/panel.asm puts it, from a gray picture
/// of 640x480. Independent of what any part of Loco says about the picture.
enum GuestNumberReader {
    /// The cell of the first letter of GUEST: column 55 of the panel's first line.
    static let left = 12 + 55 * 8
    static let top = 406
    private static let cellWidth = 8
    private static let cellHeight = 16
    /// How like the letters the label must be for this to be the panel at all, and a digit for it to be that one: the
    /// correlation of their pixels, and how much more than with any other digit.
    private static let likeLabel = 0.6
    private static let likeDigit = 0.6
    private static let distinct = 0.08
    /// Gray levels between letter and ground below which a cell is empty.
    private static let contrast = 60.0

    /// The number; nil where there is no panel or it is not to be read for certain.
    static func read(_ picture: UnsafeRawBufferPointer, width: Int) -> Int? {
        guard picture.count >= width * (top + cellHeight), width >= left + 8 * cellWidth else { return nil }
        func cell(_ column: Int) -> [Double] {
            (0..<cellWidth * cellHeight).map { pixel in
                let (x, y) = (left + column * cellWidth + pixel % cellWidth, top + pixel / cellWidth)
                return Double(picture[y * width + x])
            }
        }
        let label = zip(PanelFont.label, 0...).map { correlation(cell($1), $0) }.reduce(0, +) / 5
        guard label >= likeLabel else { return nil }
        var number: Int?
        // Loco has at most 64 guests: two digits.
        for column in 6...7 {
            let pixels = cell(column)
            if let low = pixels.min(), let high = pixels.max(), high - low < contrast { break }
            guard let digit = digit(pixels) else { return nil }
            number = (number ?? 0) * 10 + digit
        }
        return number
    }

    private static func digit(_ pixels: [Double]) -> Int? {
        let likeness = PanelFont.digits.map { correlation(pixels, $0) }
        guard let best = likeness.indices.max(by: { likeness[$0] < likeness[$1] }), likeness[best] >= likeDigit,
            !likeness.indices.contains(where: { $0 != best && likeness[best] - likeness[$0] < distinct })
        else { return nil }
        return best
    }

    /// Pearson's correlation; 0 where one of them is even.
    private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
        let (meanA, meanB) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
        var (product, squareA, squareB) = (0.0, 0.0, 0.0)
        for (one, other) in zip(a, b) {
            product += (one - meanA) * (other - meanB)
            squareA += (one - meanA) * (one - meanA)
            squareB += (other - meanB) * (other - meanB)
        }
        let scale = (squareA * squareB).squareRoot()
        return scale > 0 ? product / scale : 0
    }
}
