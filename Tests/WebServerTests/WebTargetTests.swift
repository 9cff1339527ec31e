import Testing

@testable import WebServer

/// No address leads out of what a site has.
@Suite struct WebTargetTests {
    @Test(arguments: [
        "/../etc/passwd", "/a/../b", "/a/%2e%2e/b", "/%2E%2E", "/a/%2e", "/a%2fb", "/a/%2Fetc", "/a%00b", "a", "",
        "http://elsewhere/a", "/%zz", "/%4", "/%ff", "/a?x=%ff",
    ])
    func refused(text: String) {
        #expect(WebTarget(text) == nil)
    }

    @Test func `names are decoded, one by one`() throws {
        let target = try #require(WebTarget("/api//episodes/3/observation.images.vorn%20links?w=320&g=a%26b&w=1&flag"))
        #expect(target.path == ["api", "episodes", "3", "observation.images.vorn links"])
        #expect(target.query == ["w": "320", "g": "a&b", "flag": ""])
        #expect(WebTarget("/")?.path == [])
        #expect(WebTarget("/a#b?c")?.path == ["a"])
    }
}
