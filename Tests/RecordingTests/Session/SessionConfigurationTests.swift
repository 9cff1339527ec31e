import Recording
import RecordingTypes
import SystemPackage
import Testing

@Suite("A session's rows follow from its times")
struct SessionConfigurationTests {
    private func rows(_ time: Duration, fps: Int) -> Int {
        SessionConfiguration(
            root: "/tmp/x", repoID: "x", task: "x", fps: fps, episodeTime: time, resetTime: time, episodeCount: 1,
            schedule: .streaming, target: .video(VideoEncoderSettings()), reconnectTime: time, spoolPictures: .raw,
            ringBytes: 1 << 20, playsSounds: false, consolidates: false
        ).episodeRows
    }

    @Test func rowsAreLeRobots() {
        #expect(rows(.milliseconds(100), fps: 30) == 3)
        #expect(rows(.seconds(60), fps: 30) == 1800)
        #expect(rows(.milliseconds(2501), fps: 1000) == 2501)
        #expect(rows(.nanoseconds(1), fps: 30) == 1)
    }

    @Test("whoever asks for thirty years gets no trap")
    func rowsOfYears() { #expect(rows(.seconds(30 * 365 * 86_400), fps: 1000) == 946_080_000_000) }
}
