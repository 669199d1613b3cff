import Fleet
import Foundation
import Testing

@testable import Gateway

struct RecordingEventsTests {
    private let instance = InstanceID("instance-3")!

    private func recording(_ state: Recording.State, id: String = "20260101-000000-00000000") -> Recording {
        Recording(
            id: id, instanceId: instance, state: state, format: "mp4", codec: "H264", rendition: "full",
            startedAt: Date(timeIntervalSince1970: 1000),
            files: [
                .init(width: 640, height: 480, startedAt: Date(timeIntervalSince1970: 1000), seconds: 2.5, bytes: 9)
            ])
    }

    private func event(_ recording: Recording, id: String) -> FleetEvent {
        FleetEvent(id: id, time: Date(timeIntervalSince1970: 2000), instance: instance, kind: .recording(recording))
    }

    @Test func `a recording goes over the wire and back, with its sums and nulls`() throws {
        let event = event(recording(.recording).reached(as: instance), id: "a-1")
        let json = String(decoding: try event.json(), as: UTF8.self)
        #expect(json.contains(#""kind":"recording""#))
        #expect(json.contains(#""fileUrl":"/api/instances/instance-3/recordings/20260101-000000-00000000/file""#))
        for part in [#""error":null"#, #""parts":1"#, #""seconds":2.5"#, #""bytes":9"#, #""width":640"#] {
            #expect(json.contains(part), "\(part) in \(json)")
        }
        #expect(try FleetEvent.decode(Data(json.utf8)) == event)
    }

    @Test func `a new reader is told what is being recorded, and a repetition is told once`() {
        var snapshot = FleetSnapshot()
        let announced = FleetEvent(
            id: "h-1", instance: instance, kind: .instance(.init(phase: .announcing, message: "it was found")))
        let news = [
            announced, event(recording(.recording), id: "a-1"),
            // A node that is asked anew says the same under another id.
            event(recording(.recording), id: "a-2"),
        ]
        #expect(news.map { snapshot.take($0) } == [true, true, false])
        #expect(snapshot.events.map(\.name) == ["instance", "recording"])
        #expect(snapshot.recordings(of: instance).map(\.state) == [.recording])
        let ends = [event(recording(.finished), id: "a-3"), event(recording(.finished), id: "a-4")]
        #expect(ends.map { snapshot.take($0) } == [true, false])
        #expect(snapshot.events.map(\.name) == ["instance"])
        for number in 0..<50 {
            _ = snapshot.take(event(recording(.finished, id: "\(number)"), id: "b-\(number)"))
        }
        #expect(snapshot.recordings(of: instance).isEmpty)
    }
}
