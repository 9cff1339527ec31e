import Foundation
import Platform
import PreviewBoard
import RecordingTypes
import Synchronization
import TestSupport
import Testing

@testable import Recording

@Suite("A preview shows what is wanted while somebody looks, and nothing otherwise")
struct PreviewTests {
    private final class Stage: Sendable {
        let cameras = [StillCamera(name: "front"), StillCamera(name: "top")]
        let input = OperatorInput()
        let now = Mutex(PreviewStatus())

        func preview(input: Bool = true) throws -> Preview {
            let description = PreviewDescription(
                version: "1", fps: 30,
                cameras: cameras.map { .init(name: $0.name, width: 2, height: 2, fps: 30, isJPEG: false) },
                observation: ["a"], action: ["a"], recording: nil)
            return try Preview(
                description, cameras: cameras, input: input ? self.input : nil, look: { [self] in now.withLock { $0 } },
                words: { event in if case .takeSaved(let take) = event { "take \(take) is saved" } else { nil } })
        }

        /// Looks until there is something; the preview's thread takes its time.
        func first<Found>(_ look: () throws -> Found?) throws -> Found {
            for _ in 0..<10_000 {
                if let found = try look() { return found }
                (MonotonicTime.now + .milliseconds(1)).sleepUntil()
            }
            throw ReelError(.failed, "look", cause: "nothing came")
        }

        func status(_ reader: PreviewReader) throws -> JSON {
            let bytes = try first { reader.status() }
            return try JSONDecoder().decode(JSON.self, from: Data(bytes))
        }
    }

    struct JSON: Decodable {
        struct Note: Decodable { var text: String }
        struct Answer: Decodable {
            var id: Int
            var refusal: String?
        }
        struct Verdict: Decodable {
            var take: Int
            var findings: [String]
        }

        var phase: String
        var notes: [Note]
        var answers: [Answer]
        var verdict: Verdict?
    }

    @Test func nobodyLooksAndNothingIsShown() throws {
        let stage = Stage()
        let preview = try stage.preview()
        let reader = try PreviewReader(preview.board.descriptor)
        preview.start()
        preview.hear(SessionEvent.takeSaved(take: 1))
        preview.hear(PageCommand(id: 5, what: .next, take: 1, phase: .recording))
        // Its thread has looked at both by the time it has closed.
        let front = stage.cameras[0].newest()?.sequence
        preview.close()
        #expect(reader.picture(of: 0) == nil && reader.picture(of: 1) == nil)
        #expect(try stage.status(reader).phase == "over")
        #expect(reader.isClosed)
        // Nobody asked the camera meanwhile.
        #expect(stage.cameras[0].newest()?.sequence == (front ?? 0) + 1)
    }

    @Test func whatIsWantedIsShownAndNoMore() throws {
        let stage = Stage()
        let preview = try stage.preview()
        let reader = try PreviewReader(preview.board.descriptor)
        preview.start()
        preview.hear(SessionEvent.takeSaved(take: 1))
        preview.hear(SessionEvent.pageIsThere(address: "http://secret"))
        preview.hear(
            SessionEvent.takeJudged(take: 1, findings: [.stillJoint("elbow")]))
        // A page process may ask for nonsense.
        preview.watch(true, pictures: [1_000_000, 0, 30, -5])
        let picture = try stage.first { reader.picture(of: 0) }
        #expect(picture.width == 2)
        let status = try stage.status(reader)
        #expect(status.notes.map(\.text) == ["take 1 is saved"])
        #expect(status.verdict?.take == 1 && status.verdict?.findings == ["elbow never moved"])
        #expect(!reader.hasPicture(of: 1))
        preview.watch(true, pictures: [0, -1])
        preview.watch(true, pictures: [0, 30])
        _ = try stage.first { reader.picture(of: 1) }
        preview.close()
    }

    @Test func aCommandIsDoneOnceOfWhatItNamesAndAnswered() throws {
        let stage = Stage()
        let preview = try stage.preview()
        let reader = try PreviewReader(preview.board.descriptor)
        preview.start()
        preview.watch(true, pictures: [])
        stage.input.enter(OperatorInput.Aim(take: 2, phase: .recording))
        stage.now.withLock { ($0.phase, $0.take) = (.recording, 2) }
        preview.hear(PageCommand(id: 1, what: .next, take: 1, phase: .recording))
        preview.hear(PageCommand(id: 2, what: .next, take: 2, phase: .recording))
        preview.hear(PageCommand(id: 3, what: .stop, take: 2, phase: .finishing))
        preview.hear(PageCommand(id: 4, what: .note, take: 2, phase: .recording, text: "a\u{1B}[2Jb"))
        var answers: [JSON.Answer] = []
        while answers.count < 4 { answers = try stage.status(reader).answers }
        #expect(answers.map(\.id) == [1, 2, 3, 4])
        #expect(answers.map { $0.refusal == nil } == [false, true, false, true])
        #expect(answers[0].refusal == "that is over: now it is take 2, recording")
        #expect(stage.input.take().requests == [.next])
        let note = stage.input.takeNote(on: 2)
        #expect(note != nil && note?.contains("\u{1B}") == false)
        preview.close()
    }

    @Test func whereNothingIsRecordedNothingCanBeAsked() throws {
        let stage = Stage()
        let preview = try stage.preview(input: false)
        let reader = try PreviewReader(preview.board.descriptor)
        preview.start()
        preview.watch(true, pictures: [])
        preview.hear(PageCommand(id: 1, what: .stop, take: 0, phase: .teleoperating))
        var answers: [JSON.Answer] = []
        while answers.isEmpty { answers = try stage.status(reader).answers }
        #expect(answers[0].refusal == "nothing is recorded")
        preview.close()
    }
}
