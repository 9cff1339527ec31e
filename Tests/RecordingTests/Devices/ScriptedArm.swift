import Platform
import RecordingTypes
import Recording
import Robots

/// A robot for tests whose joint counts its readings, and that does what the script says at one of them.
final class ScriptedArm: Robot, @unchecked Sendable {  // Used from the control thread, looked at when that is done.
    let robotType = "scripted"
    let name = "scripted arm"
    let observationNames = ["joint.pos"]
    let actionNames = ["joint.pos"]

    private let stall: (reading: Int, duration: Duration)?
    private var failure: Int?
    private let question: (reading: Int, input: OperatorInput, request: OperatorInput.Request)?
    private(set) var readings = 0
    /// What it was told last, and the greatest step that it was told to make from where it was before; it is where it was
    /// told to be, and at 0 in the beginning.
    private(set) var pose: Float = 0
    private(set) var greatestStep: Float = 0
    /// Its observation is its pose, and not the number of the reading.
    var showsPose = false
    /// "connect" and "disconnect" in the order they came.
    private(set) var story: [String] = []
    /// Of each connection, whether there was somebody to ask.
    private(set) var askedSomebody: [Bool] = []
    /// Why it cannot be let go of, once it has failed.
    var whyItHolds: String?

    init(stallAt reading: Int, for duration: Duration) {
        stall = (reading, duration)
        failure = nil
        question = nil
    }

    /// It does not answer at this reading, until it is connected again.
    init(failAt reading: Int? = nil) {
        stall = nil
        failure = reading
        question = nil
    }

    /// The operator asks for something at this reading.
    init(askAt reading: Int, of input: OperatorInput, for request: OperatorInput.Request = .next) {
        stall = nil
        failure = nil
        question = (reading, input, request)
    }

    func connect(asking person: (any CalibrationDialogue)?) throws {
        story.append("connect")
        askedSomebody.append(person != nil)
        if failure == readings { failure = nil }
    }

    func readObservation(into values: inout [Float]) throws {
        if let stall, stall.reading == readings { (MonotonicTime.now + stall.duration).sleepUntil() }
        if failure == readings { throw ReelError(.failed, "read the arm", cause: "the bus is silent") }
        if let question, question.reading == readings { question.input.ask(question.request) }
        values[0] = showsPose ? pose : Float(readings)
        readings += 1
    }

    func send(action: [Float]) throws {
        greatestStep = max(greatestStep, (action[0] - pose).magnitude)
        pose = action[0]
    }

    func disconnect() throws {
        story.append("disconnect")
        if let whyItHolds, failure == readings { throw ReelError(.failed, "let go of the arm", cause: whyItHolds) }
    }
}

/// A teleoperator for tests that asks for nothing.
final class ScriptedLeader: Teleoperator, @unchecked Sendable {  // As above.
    let name = "scripted leader"
    let actionNames = ["joint.pos"]

    private var failure: Int?
    private var refusals: Int
    private var readings = 0
    /// Where it is held.
    private let pose: Float

    /// It does not answer at this reading, until it is connected again; that is refused so many times.
    init(failAt reading: Int? = nil, refusals: Int = 0, pose: Float = 1) {
        self.pose = pose
        failure = reading
        self.refusals = refusals
    }

    func connect(asking person: (any CalibrationDialogue)?) throws {
        guard failure == readings else { return }
        if refusals > 0 {
            refusals -= 1
            throw ReelError(.unavailable, "connect the leader", cause: "it is unplugged")
        }
        failure = nil
    }

    func readAction(into values: inout [Float]) throws {
        if failure == readings { throw ReelError(.failed, "read the leader", cause: "it was unplugged") }
        readings += 1
        values[0] = pose
    }

    func disconnect() throws {}
}
