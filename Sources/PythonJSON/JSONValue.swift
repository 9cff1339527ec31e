package import OrderedCollections

/// The members of a JSON object in the order of the file.
package typealias JSONObject = OrderedDictionary<String, JSONValue>

/// A JSON value that keeps what Foundation's coders lose and a dataset's files need: the order of an object's members
/// (the order of features is the order of columns), the text of each number (1 and 1.0 differ to Python), and NaN and
/// Infinity, which Python's `json` writes and reads. That is why this is not Foundation's JSONSerialization.
package indirect enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// The number as it stands in the text, or `NaN`, `Infinity`, `-Infinity`.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// A whole number.
    package static func integer(_ value: Int) -> JSONValue { .number(String(value)) }

    /// A real number, in the text that Python gives it.
    package static func real(_ value: Double) -> JSONValue { .number(PythonNumber.text(value)) }

    package var integer: Int? {
        guard case .number(let text) = self else { return nil }
        // Python's own writer gives whole floats ".0"; they count as whole numbers where one is wanted.
        return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
    }

    package var real: Double? {
        guard case .number(let text) = self else { return nil }
        switch text {
        case "NaN": return .nan
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        default: return Double(text)
        }
    }

    package var string: String? {
        if case .string(let value) = self { return value }
        return nil
    }

    package var bool: Bool? {
        if case .bool(let value) = self { return value }
        return nil
    }

    package var array: [JSONValue]? {
        if case .array(let values) = self { return values }
        return nil
    }

    package var object: JSONObject? {
        if case .object(let members) = self { return members }
        return nil
    }

    /// All numbers of an array of numbers, or of arrays of them to any depth, in order; nil when something else is there.
    package var flattenedReals: [Double]? {
        switch self {
        case .number: return real.map { [$0] }
        case .array(let values):
            var all: [Double] = []
            for value in values {
                guard let reals = value.flattenedReals else { return nil }
                all += reals
            }
            return all
        default: return nil
        }
    }
}
