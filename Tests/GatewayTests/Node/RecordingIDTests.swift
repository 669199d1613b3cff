import Foundation
import Testing

@testable import Gateway

struct RecordingIDTests {
    @Test func `a new one tells when it was made, and reads as itself`() throws {
        let id = RecordingID(at: Date(timeIntervalSince1970: 1_767_225_661))
        #expect(id.description.hasPrefix("20260101-000101-"))
        #expect(RecordingID(id.description) == id)
        #expect(RecordingID() != RecordingID())
    }

    @Test(arguments: [
        "", "..", "20260101-000101", "20260101-000101-0000000", "20260101-000101-0000000g", "20260101-000101-0000000A",
        "20260101/000101-00000000", "20260101-000101-00000000.", "2026010-0000101-00000000", "../../../../etc/passwd..",
        "20260101-000101-0000000é",
    ])
    func `nothing else becomes part of a path`(text: String) { #expect(RecordingID(text) == nil) }
}
