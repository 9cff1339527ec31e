import Encoding
import Platform
import RecordingTypes
import Testing

@testable import ReelCommands

@Suite("reel bench suggests what the machine can sustain")
struct MachineReportTests {
    private func encoder(_ settings: VideoEncoderSettings, _ picturesPerSecond: Double) -> MachineReport.Encoder {
        .init(
            settings: settings,
            trial: EncoderTrial(settings: settings, picturesPerSecond: picturesPerSecond, bytesPerPicture: 1000))
    }

    /// Two cameras of 640×480 at 30: 60 pictures a second.
    private func report(
        av1: Double, veryfast: Double, ultrafast: Double, disk: Double = 400e6
    ) -> MachineReport {
        let speeds = [av1, veryfast, ultrafast]
        return MachineReport(
            load: RecordingLoad(fps: 30, cameras: RecordingLoad.usualCameras), isMeasured: false,
            disk: DiskTrial(bytesPerSecond: disk, slowestSync: .milliseconds(20)),
            encoders: zip(MachineReport.candidates, speeds).map { encoder($0, $1) })
    }

    @Test("LeRobot's default while recording, where that keeps up")
    func standard() {
        #expect(
            report(av1: 80, veryfast: 300, ultrafast: 500).suggestion
                == ["--dataset.rgb_encoder.vcodec=libsvtav1", "--dataset.streaming_encoding=true"])
    }

    @Test("the first that keeps up with something to spare, where the default does not")
    func slower() {
        let suggestion = report(av1: 70, veryfast: 74, ultrafast: 200).suggestion
        #expect(
            suggestion == [
                "--dataset.rgb_encoder.vcodec=h264", "--dataset.rgb_encoder.preset=ultrafast",
                "--dataset.rgb_encoder.crf=23", "--dataset.streaming_encoding=true",
            ])
    }

    @Test("the default after recording, where nothing keeps up")
    func slowest() {
        let report = report(av1: 10, veryfast: 20, ultrafast: 30)
        #expect(report.suggestion == ["--dataset.rgb_encoder.vcodec=libsvtav1"])
        #expect(report.text.contains("ten minutes of recording take 60 minutes to encode"))
    }

    @Test("a disk that is too slow is called so, and hardware that is not there is named")
    func words() {
        var report = report(av1: 80, veryfast: 300, ultrafast: 500, disk: 5e6)
        report.encoders.append(.init(settings: VideoEncoderSettings(kind: .h264NVENC), refusal: "no device"))
        #expect(report.text.contains("too slow: takes will end"))
        #expect(report.text.contains("not usable here: h264_nvenc"))
    }

    @Test("JPEG cameras are reckoned by what they give, others by what they cost without loss")
    func load() {
        let load = RecordingLoad(
            fps: 30,
            cameras: [
                .init(name: "a", width: 640, height: 480, picturesPerSecond: 30, bytesPerPicture: 40_000, isJPEG: true),
                .init(
                    name: "b", width: 320, height: 240, picturesPerSecond: 15, bytesPerPicture: 50_000, isJPEG: false),
            ])
        #expect(load.bytesPerSecond == 30 * 40_000 + 15 * 50_000)
        // A row a picture, also where it is a repeated one; a quarter of the size is a quarter of the work.
        #expect(load.picturesPerSecond == 37.5)
    }
}
