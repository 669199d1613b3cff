/// A part of a file that a client asks for (`Range`, RFC 9110, section 14).
enum ByteRange: Equatable {
    /// All of it: nothing else was asked for, or in a way that may be ignored.
    case whole
    /// These bytes.
    case part(ClosedRange<Int>)
    /// Bytes that the file does not have.
    case unsatisfiable

    /// Reads the field's value for a file of that size. Several ranges in one request are answered with all of it, as
    /// the standard allows.
    init(_ field: String?, of size: Int) {
        guard let field, field.lowercased().hasPrefix("bytes="), !field.contains(",") else {
            self = .whole
            return
        }
        let sides = field.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
            .map { $0.drop { $0 == " " } }
        guard sides.count == 2, sides.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }) else {
            self = .whole
            return
        }
        // Numbers too large for us lie beyond every file.
        let numbers = sides.map { $0.isEmpty ? nil : Int($0) ?? Int.max }
        switch (numbers[0], numbers[1]) {
        case (nil, nil): self = .whole
        case (nil, let last?):
            self = last == 0 || size == 0 ? .unsatisfiable : .part(max(0, size - last)...(size - 1))
        case (let first?, let last):
            if let last, last < first {
                self = .whole
            } else {
                self = first >= size ? .unsatisfiable : .part(first...min(last ?? size - 1, size - 1))
            }
        }
    }
}
