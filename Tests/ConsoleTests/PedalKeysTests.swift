import Console
import RecordingTypes
import Testing

@Suite("The keys of a foot pedal")
struct PedalKeysTests {
    @Test func areNamedAsTheKernelNamesThem() throws {
        let keys = try PedalKeys(PedalKeys.usual)
        // input-event-codes.h: a, b, c.
        #expect([30, 48, 46].map(keys.request) == [.again, .next, .stop])
        #expect(keys.request(of: 31) == nil)
        let others = try PedalKeys("KEY_1 = success, KEY_F10=failure,KEY_PAGEDOWN=undo,256=next")
        #expect([2, 68, 109, 256].map(others.request) == [.success, .failure, .undo, .next])
    }

    @Test(arguments: ["KEY_A", "KEY_ß=next", "KEY_A=jump", "A=next", "=next", "KEY_A=next=stop", ""])
    func whatMeansNothingIsRefused(_ text: String) {
        let error = #expect(throws: ReelError.self) { try PedalKeys(text) }
        #expect(error?.kind == .usage)
    }
}
