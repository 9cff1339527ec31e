import OrderedCollections
import Platform
import PythonJSON
import RecordingTypes
import SystemPackage

/// The messages of docs/writer-protocol.md over a connection. One thread at a time.
final class WriterChannel: Sendable {
    enum Message {
        case request(JSONObject)
        /// A row's body.
        case row([UInt8])
        /// The other end has closed.
        case end
    }

    private static let mostBytes = 16 << 20
    private static let mostBytesOfRequest = 1 << 20

    let socket: LocalSocket

    init(_ socket: LocalSocket) { self.socket = socket }

    /// The next message.
    /// - Throws: `ProtocolViolation` for bytes that are none, `ReelError` when the connection fails.
    func receive() throws -> Message {
        var length: UInt32 = 0
        guard try withUnsafeMutableBytes(of: &length, { try socket.receive(into: $0) }) else { return .end }
        let count = Int(UInt32(littleEndian: length))
        guard (1...Self.mostBytes).contains(count) else {
            throw ProtocolViolation("a message of \(count) bytes; it has 1 to \(Self.mostBytes)")
        }
        var kind: UInt8 = 0
        guard try withUnsafeMutableBytes(of: &kind, { try socket.receive(into: $0) }) else { throw Self.cutShort }
        // Before there is memory for it: a length may lie.
        switch kind {
        case UInt8(ascii: "J"):
            guard count - 1 <= Self.mostBytesOfRequest else {
                throw ProtocolViolation("a request of \(count - 1) bytes; it has at most \(Self.mostBytesOfRequest)")
            }
        case UInt8(ascii: "R"): break
        default: throw ProtocolViolation("a message of kind \(kind), which is neither a request (J) nor a row (R)")
        }
        let body = try receive(count - 1)
        guard kind == UInt8(ascii: "J") else { return .row(body) }
        let value: JSONValue
        do {
            value = try JSONReader.read(body, subject: "a request")
        } catch let error as ReelError {
            throw ProtocolViolation("a request that is no JSON: \(error.cause)")
        }
        guard let object = value.object else { throw ProtocolViolation("a request that is no JSON object") }
        return .request(object)
    }

    private func receive(_ count: Int) throws -> [UInt8] {
        var result: Result<Bool, ReelError> = .success(true)
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { memory, filled in
            let place = UnsafeMutableRawBufferPointer(start: memory.baseAddress, count: count)
            result = Result { () throws(ReelError) in try socket.receive(into: place) }
            if case .success(true) = result { filled = count }
        }
        guard try result.get() else { throw Self.cutShort }
        return bytes
    }

    private static var cutShort: ReelError {
        ReelError(.damaged, "receive", cause: "the connection ended in the middle of a message")
    }

    /// Sends an answer, and with it a descriptor.
    func send(_ answer: JSONObject, passing descriptor: FileDescriptor? = nil) throws {
        let body = Array(JSONText.line(.object(answer)).utf8)
        var message = withUnsafeBytes(of: UInt32(body.count + 1).littleEndian) { Array($0) }
        message.append(UInt8(ascii: "J"))
        try socket.send(message + body, passing: descriptor)
    }
}

/// What a client sent is not of the protocol, or a row does not hold: it ends the connection.
struct ProtocolViolation: Error {
    var cause: String
    /// The feature that it is about, where it is about one.
    var feature: String?

    init(_ cause: String, feature: String? = nil) {
        self.cause = cause
        self.feature = feature
    }
}

/// A request is refused on account of one feature.
struct FeatureRefusal: Error {
    var feature: String
    var error: ReelError

    init(_ feature: String, _ kind: ReelError.Kind = .usage, _ cause: String, remedy: String? = nil) {
        self.feature = feature
        error = ReelError(kind, "record the feature", subject: feature.printable, cause: cause, remedy: remedy)
    }
}
