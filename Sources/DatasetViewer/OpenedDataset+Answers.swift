import LeRobotDataset
import OrderedCollections
import PythonJSON
import RecordingTypes
import Spool
import SystemPackage

/// What the pages are told.
extension OpenedDataset {
    /// GET /api/dataset. `spool` counts the takes that are no episodes yet.
    func description(of spool: [TakeState: Int], mayChange: Bool) -> JSONValue {
        let info = dataset.info
        let outcomes = rows.reduce(into: [String: Int]()) { $0[outcome(of: $1.index), default: 0] += 1 }
        var tasks: OrderedDictionary<String, Int> = [:]
        for row in rows { for task in row.tasks { tasks[task, default: 0] += 1 } }
        return .object([
            "generation": .string(generation), "labelled": .string(labelled),
            "numbering": .string(numbering),
            "root": .string(dataset.root.string.printable),
            "name": .string((dataset.root.lastComponent?.string ?? "").printable),
            "fps": .integer(info.fps), "episodes": .integer(info.totalEpisodes), "frames": .integer(info.totalFrames),
            "robot": info.robotType.map(JSONValue.string) ?? .null, "version": .string(info.codebaseVersion),
            "cameras": .array(
                cameras.map { feature in
                    .object([
                        "feature": .string(feature.name), "name": .string(Self.shortName(feature)),
                        "height": .integer(feature.height),
                        "width": .integer(feature.width),
                        "codec": feature.definition["info"]?.object?["video.codec"] ?? .null,
                        "isVideo": .bool(feature.isVideo),
                    ])
                }),
            "features": .array(plotted.map(Self.description)),
            "tasks": .object(tasks.mapValues(JSONValue.integer)),
            "outcomes": .object(
                OrderedDictionary(
                    uniqueKeysWithValues: Outcome.allCases.map { ($0.rawValue, .integer(outcomes[$0.rawValue] ?? 0)) })),
            "hasTiming": .bool(!timings.isEmpty), "problems": .array(problems.map(JSONValue.string)),
            "isRecording": .bool(spool[.recording] != nil), "mayChange": .bool(mayChange),
            "waiting": .integer((spool[.recorded] ?? 0) + (spool[.kept] ?? 0)),
        ])
    }

    /// GET /api/episodes: a list for each thing that is told of all episodes, as long as there are episodes.
    var list: JSONValue {
        let tasks = OrderedSet(rows.flatMap(\.tasks))
        func each(_ value: (EpisodeRow) -> JSONValue) -> JSONValue { .array(rows.map(value)) }
        return .object([
            "generation": .string(generation),
            "tasks": .array(tasks.map(JSONValue.string)),
            "length": each { .integer($0.length) },
            "task": each { $0.tasks.first.flatMap(tasks.firstIndex).map(JSONValue.integer) ?? .null },
            "outcome": each { .string(outcome(of: $0.index)) },
            "note": each { .string(note(on: $0.index)) },
            "excluded": each { .bool(labels.isExcluded($0.index)) },
            "findings": .array(
                findings.map { found in
                    .array(
                        found.map { finding in
                            .object([
                                "name": .string(finding.name), "words": .string(finding.words),
                                "row": finding.row.map(JSONValue.integer) ?? .null,
                            ])
                        })
                }),
            "statistics": statistics?.json ?? .null,
        ])
    }

    /// GET /api/episodes/N
    func description(of row: EpisodeRow) -> JSONValue {
        .object([
            "generation": .string(generation), "episode": .integer(row.index), "length": .integer(row.length),
            "tasks": .array(row.tasks.map(JSONValue.string)),
            "cameras": .array(
                cameras.map { feature in
                    var members: JSONObject = [
                        "feature": .string(feature.name), "name": .string(Self.shortName(feature)),
                    ]
                    if let span = row.videos[feature.name] {
                        members["file"] = .array([.integer(span.file.chunk), .integer(span.file.file)])
                        members["from"] = .real(span.from)
                        members["to"] = .real(span.to)
                    }
                    return .object(members)
                }),
        ])
    }

    /// GET /api/episodes/N/rows: a line of JSON, filled up with spaces to a multiple of four bytes, then 32-bit numbers, little
    /// end first: the times, each column row after row, and where capture times are known whether each row was late, and of
    /// each camera the age of its picture in milliseconds and whether it is the one before.
    func numbers(of row: EpisodeRow) throws -> [UInt8] {
        let read = try EpisodeRows(of: row, in: dataset, features: plotted)
        let times = try timings[row.index].map(RowTimes.init)
        let header = JSONValue.object([
            "generation": .string(generation), "count": .integer(row.length),
            "columns": .array(
                read.columns.map { column in
                    var members = Self.description(column.feature).object ?? [:]
                    members["width"] = .integer(column.width)
                    return .object(members)
                }),
            "hasTimes": .bool(times != nil),
            "cameras": .array((times.map { Array($0.cameras.keys) } ?? []).map(JSONValue.string)),
        ])
        var bytes = Array(JSONText.line(header).utf8)
        bytes += [UInt8](repeating: UInt8(ascii: " "), count: 3 - bytes.count % 4) + [UInt8(ascii: "\n")]
        func add(_ values: some Sequence<Float>) {
            for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
        }
        add(read.times.map(Float.init))
        for column in read.columns { add(column.values) }
        if let times {
            add(times.isLate.map { $0 ? 1 : 0 })
            for camera in times.cameras.values {
                add(camera.age)
                add(camera.isRepeated.map { $0 ? 1 : 0 })
            }
        }
        return bytes
    }

    private static func description(_ feature: Feature) -> JSONValue {
        .object(["feature": .string(feature.name), "names": .array((feature.names ?? []).map(JSONValue.string))])
    }

    /// "front" of "observation.images.front"
    private static func shortName(_ feature: Feature) -> String {
        let prefix = "observation.images."
        return feature.name.hasPrefix(prefix) ? String(feature.name.dropFirst(prefix.count)) : feature.name
    }
}
