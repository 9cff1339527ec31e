import RecordingTypes
import Testing

@Suite("So many are said as people say it")
struct CountedTests {
    @Test(arguments: [(0, "0 takes"), (1, "1 take"), (2, "2 takes"), (-1, "-1 takes")])
    func regular(count: Int, words: String) { #expect(count.counted("take") == words) }

    @Test(arguments: [(1, "1 take waits"), (3, "3 takes wait")])
    func withItsVerb(count: Int, words: String) { #expect(count.counted("take waits", "takes wait") == words) }
}
