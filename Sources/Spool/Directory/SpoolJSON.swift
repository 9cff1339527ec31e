import FoundationEssentials
import Platform
import RecordingTypes
import SystemPackage

/// The spool's JSON files, written whole or not at all.
enum SpoolJSON {
    static func write(_ value: some Encodable, to path: FilePath) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try AtomicFile.write(try encoder.encode(value), to: path)
        } catch let error as EncodingError {
            throw ReelError(.failed, "write a file", subject: path.string, cause: "\(error)")
        }
    }

    /// - Throws: `ReelError` naming the file: `.unavailable`, `.damaged`, or `.mismatch` when a newer Reel wrote it.
    static func read<Value: Decodable>(_ type: Value.Type, from path: FilePath) throws -> Value {
        let bytes = Data(try File.read(path))
        do {
            let version = try JSONDecoder().decode(Version.self, from: bytes).formatVersion
            guard readable.contains(version) else {
                throw ReelError(
                    .mismatch, "read the spool", subject: path.string,
                    cause: "it has format \(version); this Reel reads \(readable.lowerBound) to \(readable.upperBound)",
                    remedy: "Update Reel.")
            }
            return try JSONDecoder().decode(type, from: bytes)
        } catch let error as DecodingError {
            throw ReelError(.damaged, "read the spool", subject: path.string, cause: text(error))
        }
    }

    private static let readable = 1...SessionDescription.currentFormat

    private struct Version: Decodable { var formatVersion: Int }

    private static func text(_ error: DecodingError) -> String {
        let context: DecodingError.Context? =
            switch error {
            case .dataCorrupted(let context), .keyNotFound(_, let context), .typeMismatch(_, let context),
                .valueNotFound(_, let context):
                context
            @unknown default: nil
            }
        guard let context else { return "\(error)" }
        let place = context.codingPath.map(\.stringValue).joined(separator: ".")
        return place.isEmpty ? context.debugDescription : "\(place): \(context.debugDescription)"
    }
}
