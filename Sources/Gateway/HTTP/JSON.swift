import Foundation
import Hummingbird
import NIOCore

/// The one way this program reads and writes JSON: ISO 8601 dates, sorted keys, no escaped slashes.
enum JSON {
    static func encode(_ value: some Encodable) -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        // Encoding fails only for values that JSON cannot hold at the top level; all ours are objects and arrays.
        let data = (try? encoder.encode(value)) ?? Data("null".utf8)
        return ByteBuffer(bytes: data)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(type, from: data)
    }

    /// A sentence for people that names the field.
    static func describe(_ error: DecodingError) -> String {
        func path(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
            let keys = context.codingPath + (last.map { [$0] } ?? [])
            return keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
        }
        func name(_ context: DecodingError.Context) -> String {
            context.codingPath.isEmpty ? "the body" : "field '\(path(context))'"
        }
        return switch error {
        case .keyNotFound(let key, let context): "field '\(path(context, key))' is missing"
        case .typeMismatch(let type, let context): "\(name(context)) must be \(noun(type))"
        case .valueNotFound(let type, let context): "\(name(context)) must be \(noun(type)), not null"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? "the body is not valid JSON" : "\(name(context)): \(context.debugDescription)"
        @unknown default: "the body could not be read"
        }
    }

    private static func noun(_ type: Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type, is any BinaryFloatingPoint.Type: "a number"
        case is [String: Any].Type: "an object"
        default:
            "\(type)".hasPrefix("Dictionary") ? "an object" : "\(type)".hasPrefix("Array") ? "an array" : "a \(type)"
        }
    }
}

extension Response {
    /// A JSON response.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8"],
            body: .init(byteBuffer: JSON.encode(value)))
    }
}

extension Request {
    /// Reads a JSON body.
    /// - Throws: ``APIError`` 415 for another content type, 413 above `limit` bytes, 400 naming the field.
    func json<Value: Decodable>(_ type: Value.Type, limit: Int = 64 * 1024) async throws -> Value {
        let data = try await body(contentType: "application/json", limit: limit)
        do {
            return try JSON.decode(type, from: Data(data.readableBytesView))
        } catch let error as DecodingError {
            throw APIError(.badRequest, "bad-json", JSON.describe(error))
        }
    }

    /// Reads a whole body of the given type.
    /// - Throws: ``APIError`` 415 for another content type, 413 above `limit` bytes.
    func body(contentType: String, limit: Int) async throws -> ByteBuffer {
        let given = headers[.contentType]?.split(separator: ";").first?.trimmingCharacters(in: .whitespaces)
            .lowercased()
        guard given == contentType else { throw APIError.unsupportedMediaType(expected: contentType) }
        return try await wholeBody(limit: limit)
    }

    /// Reads a whole body of any type.
    /// - Throws: ``APIError`` 413 above `limit` bytes.
    func wholeBody(limit: Int) async throws -> ByteBuffer {
        if let length = headers[.contentLength].flatMap(Int.init), length > limit {
            throw APIError.tooLarge(limit: limit)
        }
        do {
            return try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw APIError.tooLarge(limit: limit)
        }
    }
}
