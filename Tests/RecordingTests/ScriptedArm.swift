import Platform
import RecordingTypes
import Recording
import Robots

/// A robot for tests whose joint counts its readings, and that does what the script says at one of them.
final class ScriptedArm: Robot {
    let robotType = "scripted"
    let name = "scripted arm"
    let featureNames = ["joint.pos"]

    private let stall: (reading: Int, duration: Duration)?
    private let failure: Int?
    private let question: (reading: Int, input: OperatorInput)?
    private var readings = 0

    init(stallAt reading: Int, for duration: Duration) {
        stall = (reading, duration)
        failure = nil
        question = nil
    }

    init(failAt reading: Int? = nil) {
        stall = nil
        failure = reading
        question = nil
    }

    init(askAt reading: Int, of input: OperatorInput) {
        stall = nil
        failure = nil
        question = (reading, input)
    }

    func connect() throws {}

    func readObservation(into values: inout [Float]) throws {
        if let stall, stall.reading == readings { (MonotonicTime.now + stall.duration).sleepUntil() }
        if failure == readings { throw ReelError(.failed, "read the arm", cause: "the bus is silent") }
        if let question, question.reading == readings { question.input.ask(.next) }
        values[0] = Float(readings)
        readings += 1
    }

    func send(action: [Float]) throws {}

    func disconnect() throws {}
}

/// A teleoperator for tests that asks for nothing.
final class ScriptedLeader: Teleoperator {
    let name = "scripted leader"
    let featureNames = ["joint.pos"]

    func connect() throws {}

    func readAction(into values: inout [Float]) throws { values[0] = 1 }

    func disconnect() throws {}
}
