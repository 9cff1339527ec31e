import RecordingTypes
import Testing

@Suite("Credentials do not get into what others may read")
struct URLCredentialsTests {
    static let texts: [(String, String)] = [
        ("http://bob:S3cr3t@10.0.0.7:80/v", "http://***@10.0.0.7:80/v"),
        ("rtsp://bob@cam/1", "rtsp://***@cam/1"),
        // As people type them: nothing is escaped.
        ("rtsp://bob:p@s#w%r?d@cam/1", "rtsp://***@cam/1"),
        ("rtsp://bob:pa/ss@cam:554/1", "rtsp://***@cam:554/1"),
        ("rtsp://bob:p'a\"s`s@cam/1 --x='y@z'", "rtsp://***@cam/1 --x='y@z'"),
        ("could not open (http://bob:x@cam): refused", "could not open (http://***@cam): refused"),
        (
            "reel record --robot.cameras={a: {type: ffmpeg, url: 'rtsp://u:p@a/1'}, b: {url: rtsp://u:q@b/2}} --x=1",
            "reel record --robot.cameras={a: {type: ffmpeg, url: 'rtsp://***@a/1'}, b: {url: rtsp://***@b/2}} --x=1"
        ),
        ("http://cam/v?user=admin&pwd=888&size=2", "http://cam/v?user=***&pwd=***&size=2"),
        ("http://cam/v.cgi?loginuse=a&loginpas=b", "http://cam/v.cgi?loginuse=***&loginpas=***"),
        (
            "https://h/v?X-Amz-Signature=abc&t=1#access_token=def",
            "https://h/v?X-Amz-Signature=***&t=1#access_token=***"
        ),
        ("srt://h:9000?passphrase=0123456789&mode=caller", "srt://h:9000?passphrase=***&mode=caller"),
        ("{options: {headers: 'Authorization: Basic YWxhZGRpbg=='}}", "{options: {headers: 'Authorization: ***'}}"),
        ("{options: {passphrase: hunter2, mode: caller}}", "{options: {passphrase: ***, mode: caller}}"),
        (#"{"password": "a b", "x": 1}"#, #"{"password": "***", "x": 1}"#),
    ]

    @Test(arguments: texts) func hidden(text: String, shown: String) {
        #expect(URLCredentials.hidden(in: text) == shown)
        #expect(URLCredentials.hidden(in: shown) == shown)
    }

    @Test(arguments: [
        "", "http://127.0.0.1:8080/@me/v?size=640x480", "http://[fe80::1]:80/a@b", "take 3 is episode 2, 90 frames",
        "/dev/ttyACM0", "reel record --robot.id=blue --dataset.single_task=Press the key: the red one",
        "rtsp://cam/1@2",
    ])
    func whatIsNoSecretStays(text: String) { #expect(URLCredentials.hidden(in: text) == text) }

    @Test func errorsNeverSayThem() {
        let error = ReelError(
            .unavailable, "open the camera", subject: "http://bob:S3cr3t@h/v",
            cause: "rtsp://bob:S3cr3t@h did not answer")
        #expect("\(error)" == "could not open the camera (http://***@h/v): rtsp://***@h did not answer")
    }
}
