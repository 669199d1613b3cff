import NIOSSL

extension LocoConfiguration {
    /// What the server needs for https; `nil` for plain HTTP.
    /// - Throws: ``ConfigurationError/unusableFile(name:path:reason:)`` naming the file.
    func tlsConfiguration() throws -> TLSConfiguration? {
        guard let tls else { return nil }
        func read<Value>(_ name: String, _ path: String, _ body: () throws -> Value) throws -> Value {
            guard !path.isEmpty else {
                throw ConfigurationError.unusableFile(
                    name: name, path: path, reason: "tls.certificate and tls.key are needed together")
            }
            do {
                return try body()
            } catch {
                throw ConfigurationError.unusableFile(name: name, path: path, reason: "it is no readable PEM file")
            }
        }
        let chain = try read("tls.certificate", tls.certificate) {
            try NIOSSLCertificate.fromPEMFile(tls.certificate).map { NIOSSLCertificateSource.certificate($0) }
        }
        let key = try read("tls.key", tls.key) { try NIOSSLPrivateKey(file: tls.key, format: .pem) }
        return .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
    }
}
