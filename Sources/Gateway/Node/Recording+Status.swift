import Fleet
import Foundation
import Pipelines

extension Recording {
    /// Takes what the recorder has written so far, and the files' sizes from the disk.
    mutating func take(_ status: Recorder.Status) {
        droppedFrames = status.dropped
        files = status.parts.map { part in
            var info = stat()
            let bytes = stat(part.path, &info) == 0 ? Int(info.st_size) : 0
            return Part(
                width: part.size.width, height: part.size.height, startedAt: part.startedAt, seconds: part.seconds,
                bytes: bytes)
        }
    }
}
