import LeRobotDataset
import PythonJSON
import RecordingTypes
import Testing

@Suite("JSON keeps order, number text and unknown members, and is written as Python writes it")
struct JSONTests {
    private func read(_ text: String) throws -> JSONValue { try JSONReader.read(Array(text.utf8), subject: "test") }

    @Test("Python's own text comes back to the byte")
    func roundTrip() throws {
        // json.dumps({...}, indent=4, ensure_ascii=False) in Python 3.12.
        let text = """
            {
                "b": 1,
                "a": 1.0,
                "empty": {},
                "none": [],
                "nested": [
                    [
                        -0.0,
                        1e-10,
                        1e+16,
                        NaN,
                        -Infinity
                    ],
                    null,
                    true
                ],
                "text": "pick ü \\" \\\\ \\n \\u0001 /",
                "big": 123456789012345678901234567890
            }
            """
        #expect(String(decoding: JSONText.indented(try read(text)), as: UTF8.self) == text)
    }

    @Test("one line is written as json.dumps does")
    func line() throws {
        #expect(JSONText.line(try read("{\"a\":[1,2.5],\"b\":{}}")) == "{\"a\": [1, 2.5], \"b\": {}}")
    }

    @Test(
        "floats are written as Python's repr",
        arguments: [
            (0.1, "0.1"), (1, "1.0"), (-2.5, "-2.5"), (0.0001, "0.0001"), (0.00001, "1e-05"), (1.5e-7, "1.5e-07"),
            (1e15, "1000000000000000.0"), (1e16, "1e+16"), (12_345_678_901_234_568, "1.2345678901234568e+16"),
            (1e22, "1e+22"), (1e100, "1e+100"), (123456.789, "123456.789"), (Double(Float(0.1)), "0.10000000149011612"),
            (-3.921568744649079e-13, "-3.921568744649079e-13"), (Double.leastNonzeroMagnitude, "5e-324"),
            (-0.0, "-0.0"),
            (9_007_199_254_740_992, "9007199254740992.0"),
        ])
    func floats(value: Double, text: String) {
        #expect(JSONValue.real(value) == .number(text))
    }

    @Test("escapes are understood")
    func escapes() throws {
        #expect(try read(#""\u00fc\ud83e\udd16\/\t\ud800x""#) == .string("ü🤖/\t\u{FFFD}x"))
    }

    @Test(
        "what is no JSON is an error, never a crash",
        arguments: [
            "", "{", "[1,", "{\"a\" 1}", "{a: 1}", "\"open", "[1 2]", "tru", "+1", "0x10", "1 1", "\"\\x\"",
            "\"\\u12\"",
            "--1", "[\"\u{1}\"]",
        ])
    func damaged(text: String) {
        #expect {
            try read(text)
        } throws: {
            ($0 as? ReelError)?.kind == .damaged && ($0 as? ReelError)?.subject == "test"
        }
    }

    @Test("nesting that would exhaust the stack is an error")
    func deep() {
        #expect(throws: ReelError.self) { try read(String(repeating: "[", count: 100_000)) }
    }
}
