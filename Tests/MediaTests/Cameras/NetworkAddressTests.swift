import RecordingTypes
import Synchronization
import Testing

@testable import Media

@Suite("An address works as people type it, and says no password")
struct NetworkAddressTests {
    @Test(arguments: [
        ("http://bob:p@ss@cam/v", "http://bob:p%40ss@cam/v"),
        ("rtsp://bob:a#b?c/d@cam:554/1?x=1#y", "rtsp://bob:a%23b%3Fc%2Fd@cam:554/1?x=1#y"),
        ("http://bob:50%&:o@cam/", "http://bob:50%25&%3Ao@cam/"),
        ("HTTP://bob:ü @cam/", "HTTP://bob:%C3%BC%20@cam/"),
    ])
    func encoded(typed: String, address: String) { #expect(NetworkAddress.encoded(typed) == address) }

    @Test(
        "What is right already stays",
        arguments: [
            "http://bob:p%40ss@cam/v", "http://cam/v@2?a=b@c", "http://cam:80/v", "file:/a@b", "testsrc=s=64x48", "",
        ])
    func untouched(address: String) { #expect(NetworkAddress.encoded(address) == address) }

    @Test("The server gets the password, the errors do not")
    func password() throws {
        let server = try PictureServer(status: "404 Not Found", head: "Content-Length: 0", body: [], then: .closes)
        defer { server.stop() }
        let address = server.url.replacing("127.0.0.1", with: "bob:S3c'r@#/%t@127.0.0.1")
        let camera = FFmpegCamera(
            name: "front",
            source: CameraSource(
                input: .ffmpeg(url: address, format: nil, options: ["auth_type": "basic"], loop: false),
                warmUp: .zero))
        let error = try #require(throws: ReelError.self) { _ = try camera.open() }
        // bob:S3c'r@#/%t
        #expect(server.request.withLock { $0 }.contains("Authorization: Basic Ym9iOlMzYydyQCMvJXQ="))
        #expect(error.kind == .unavailable && "\(error)".contains("404"))
        for text in ["\(error)", error.subject ?? "", error.cause, error.remedy ?? ""] {
            #expect(!text.contains("S3c") && !text.contains("bob"))
        }
    }
}
