import LeRobotDataset
import OrderedCollections
import Platform
import PythonJSON
import Recording
import RecordingTypes
import SystemPackage

/// One client's connection, from its first byte to its last.
final class WriterConversation {
    private let channel: WriterChannel
    private let tools: WriterTools
    private let tell: @Sendable (String) -> Void
    private var dataset: OpenedDataset?

    /// `tell` gets lines for people.
    init(_ socket: LocalSocket, _ tools: WriterTools, tell: @escaping @Sendable (String) -> Void) {
        channel = WriterChannel(socket)
        self.tools = tools
        self.tell = tell
    }

    /// Answers until the connection ends, one way or another. Whatever the client has not finished is kept.
    func run() {
        do {
            while true {
                switch try channel.receive() {
                case .end: return leave(nil)
                case .row(let body): try take(body)
                case .request(let request): try answer(request)
                }
            }
        } catch let violation as ProtocolViolation {
            let error = ReelError(
                .mismatch, "take what the program sent", subject: violation.feature?.printable, cause: violation.cause)
            refuse(error, kind: "protocol", violation.feature)
        } catch let error as ReelError {
            refuse(error, kind: error.kind.rawValue, nil)
        } catch {
            refuse(ReelError(.failed, "serve the program", cause: "\(error)"), kind: "failed", nil)
        }
    }

    /// The connection cannot go on: says why, after all is safe.
    private func refuse(_ error: ReelError, kind: String, _ feature: String?) {
        let isGone = channel.socket.isPeerGone
        leave(isGone ? nil : "\(error)")
        if !isGone { try? channel.send(Self.failure(error, kind: kind, feature)) }
    }

    /// What the client has not finished is kept.
    private func leave(_ reason: String?) {
        let left = dataset.map { $0.recording.abandon() } ?? []
        let root = dataset?.root
        dataset = nil
        guard reason != nil || !left.isEmpty else { return }
        tell(reason ?? "the program that recorded is gone")
        for line in left { tell(line) }
        if let root, !left.isEmpty { tell("reel encode \(ShellWord.path(root)) goes on with it") }
    }

    // MARK: - Rows

    private func take(_ body: [UInt8]) throws {
        guard let dataset else { throw ProtocolViolation("a row before a dataset was opened") }
        let cameras = dataset.pictures?.cameras.count ?? 0
        guard body.count >= 4 * cameras else {
            throw ProtocolViolation("a row of \(body.count) bytes has not all its sizes")
        }
        let sizes = (0..<cameras).map { camera in
            (0..<4).reduce(0) { $0 | Int(body[4 * camera + $1]) << (8 * $1) }
        }
        let values = Array(body[(4 * cameras)...])
        guard values.count <= PackedValues.mostBytes else {
            throw ProtocolViolation(
                "a row's values have \(values.count) bytes; they have at most \(PackedValues.mostBytes)")
        }
        let places: [Range<Int>]
        do {
            places = try dataset.values.places(in: values)
        } catch {
            throw ProtocolViolation(error.cause, feature: error.feature)
        }
        let task = String(decoding: values[places[0]], as: UTF8.self)
        let isFirst = dataset.recording.rowsInProgress == 0
        let pictures = try dataset.pictures?.take(sizes, isFirst: isFirst) ?? []
        try dataset.recording.append(.init(task: task, values: values, pictures: pictures))
    }

    // MARK: - Requests

    private func answer(_ request: JSONObject) throws {
        do {
            try serve(request)
        } catch let refusal as FeatureRefusal {
            try channel.send(Self.failure(refusal.error, kind: refusal.error.kind.rawValue, refusal.feature))
        } catch let error as ReelError where error.kind != .cancelled && error.systemError != .brokenPipe {
            try channel.send(Self.failure(error, kind: error.kind.rawValue, nil))
        }
    }

    private func serve(_ request: JSONObject) throws {
        switch request["do"]?.string {
        case "open": try open(request)
        case "save":
            let dataset = try opened()
            let rows = try dataset.recording.save()
            let episode = dataset.noteSaved(rows: rows)
            try succeed(["episode": .integer(episode), "frames": .integer(rows)], dataset)
        case "clear":
            try opened().recording.clear()
            try channel.send(["ok": .bool(true)])
        case "encode":
            let dataset = try opened()
            try dataset.recording.encode()
            try succeed([:], dataset)
        case "status": try succeed([:], opened())
        case "finish": try finish()
        default:
            throw ReelError(
                .usage, "answer a request", subject: "do", cause: "there is no such request",
                remedy: "There are: open, save, clear, encode, status, finish.")
        }
    }

    private func open(_ request: JSONObject) throws {
        guard dataset == nil else {
            throw ReelError(.usage, "open a dataset", cause: "another one is open", remedy: "Finish it first.")
        }
        let socket = channel.socket
        let opened = try OpenedDataset(OpenRequest(request), tools, isWanted: { !socket.isPeerGone })
        dataset = opened
        var answer: JSONObject = [
            "ok": .bool(true), "reel": .string(tools.version), "fps": .integer(opened.info.fps),
            "episodes": .integer(opened.episodes), "frames": .integer(opened.frames),
            "values": .array(
                opened.values.schema.blocks.dropFirst().map { block in
                    .object([
                        "feature": .string(block.feature), "dtype": .string(block.dtype.rawValue),
                        "shape": .array(block.shape.map(JSONValue.integer)),
                    ])
                }),
            "cameras": .array((opened.pictures?.cameras ?? []).map(Self.description)),
            "notes": .array(opened.notes.map(JSONValue.string)),
        ]
        if let pictures = opened.pictures {
            answer["slots"] = .integer(pictures.slotCount)
            answer["slot_bytes"] = .integer(pictures.slotBytes)
            answer["slots_offset"] = .integer(PictureMemory.slotsOffset)
        }
        try channel.send(answer, passing: opened.pictures?.descriptor)
    }

    private static func description(_ camera: PictureMemory.Camera) -> JSONValue {
        .object([
            "feature": .string(camera.feature), "width": .integer(camera.format.width),
            "height": .integer(camera.format.height),
            "pictures": .string(camera.format.pixelFormat == .mjpeg ? "jpeg" : camera.format.pixelFormat.rawValue),
            "offset": .integer(camera.offset), "room": .integer(camera.room),
        ])
    }

    private func finish() throws {
        let dataset = try opened()
        guard dataset.recording.rowsInProgress == 0 else {
            throw ReelError(
                .usage, "finish the dataset", subject: dataset.root.string, cause: "an episode is in progress",
                remedy: "Save it, or clear it.")
        }
        try dataset.recording.encode()
        let troubles = dataset.recording.takeTroubles() + dataset.close()
        self.dataset = nil
        try channel.send([
            "ok": .bool(true), "episodes": .integer(dataset.episodes), "frames": .integer(dataset.frames),
            "waiting": .integer(dataset.recording.waitingCount), "troubles": .array(troubles.map(JSONValue.string)),
        ])
    }

    private func opened() throws -> OpenedDataset {
        if let dataset { return dataset }
        throw ReelError(.usage, "answer a request", cause: "no dataset is open", remedy: "Open one first.")
    }

    /// The answer of what has gone well; what it does not say already, is said of the dataset.
    private func succeed(_ members: JSONObject, _ dataset: OpenedDataset) throws {
        var answer: JSONObject = ["ok": .bool(true)]
        answer.merge(members) { $1 }
        answer["episodes"] = .integer(dataset.episodes)
        if answer["frames"] == nil { answer["frames"] = .integer(dataset.frames) }
        answer["waiting"] = .integer(dataset.recording.waitingCount)
        answer["troubles"] = .array(dataset.recording.takeTroubles().map(JSONValue.string))
        try channel.send(answer)
    }

    static func failure(_ error: ReelError, kind: String, _ feature: String?) -> JSONObject {
        var description: JSONObject = ["kind": .string(kind), "message": .string(error.description)]
        if let feature { description["feature"] = .string(feature) }
        return ["ok": .bool(false), "error": .object(description)]
    }
}
