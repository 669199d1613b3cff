/// The JSON of an ``APIError``.
struct APIErrorBody: Codable, Equatable {
    struct Detail: Codable, Equatable {
        let code: String
        let message: String
    }

    let error: Detail

    init(code: String, message: String) {
        error = Detail(code: code, message: message)
    }
}
