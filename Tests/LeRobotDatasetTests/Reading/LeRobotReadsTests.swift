import Glibc
import LeRobotDataset
import Platform
import RecordingTypes
import SystemPackage
import Testing

/// Needs LeRobot: `REEL_LEROBOT_PYTHON=$(scripts/lerobot-environment) swift test --filter LeRobotReadsTests`.
@Suite("LeRobot itself reads what is written here", .enabled(if: LeRobotProcess.python != nil), .serialized)
struct LeRobotReadsTests {
    /// Every other step; `REEL_EVERY_STEP=1` tries all of them, as the tests without LeRobot do.
    private static func tried(_ faults: [String]) -> [String] {
        if getenv("REEL_EVERY_STEP") != nil { return faults }
        return faults.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    }

    /// Checks that LeRobot finds exactly the first `episodes` test takes: every row, every picture.
    private func expect(_ reading: LeRobotProcess.Reading?, episodes: Int, _ what: String) throws {
        let reading = try #require(reading, "\(what)")
        try #require(reading.error == nil, "\(what)")
        #expect(reading.episodes == episodes, "\(what)")
        let takes = (0..<episodes).map { TestDataset.take($0) }
        let frames = takes.reduce(0) { $0 + $1.length }
        #expect(reading.frames == frames, "\(what)")
        #expect(reading.index == Array(0..<frames), "\(what)")
        #expect(reading.tasks == takes.flatMap { Array(repeating: $0.task, count: $0.length) }, "\(what)")
        let pictures = takes.enumerated().flatMap { number, take in
            (0..<take.length).map { frame in (0..<2).map { LeRobotProcess.brightness(number, frame, camera: $0) } }
        }
        let found = reading.pictures ?? []
        #expect(found.count == pictures.count, "\(what)")
        for (picture, expected) in zip(found, pictures) {
            for (left, right) in zip(picture, expected) { #expect(abs(left - right) <= 2, "\(what)") }
        }
        #expect(reading.statistics?.count == (episodes == 0 ? reading.statistics?.count : 9), "\(what)")
    }

    @Test("a dataset of three episodes, and one that was killed at each step of publishing, before and after recovery")
    func published() async throws {
        let films = try TestDataset.temporary()
        try Directory.create(films)
        try LeRobotProcess.makeFilms(0..<3, in: films)
        var roots: [(FilePath, Int, String)] = []
        var datasets: [TestDataset] = []
        defer { for dataset in datasets { dataset.remove() } }
        let begun = try TestDataset.create()
        datasets.append(begun)
        try begun.publish(0..<1, films: films)
        for fault in Self.tried(PublishTests.faults) {
            let dataset = try begun.copy()
            datasets.append(dataset)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [root = dataset.root.string as String, fault = fault as String, films = films.string as String] in
                setenv("REEL_FAULT", fault.contains(":") ? fault : "\(fault):kill", 1)
                let dataset = TestDataset(root: FilePath(root))
                let (length, task) = TestDataset.take(1)
                let draft = try dataset.draft(1, length: length, task: task, films: FilePath(films))
                _ = try DatasetWriter(root: dataset.root).publish(draft)
            }
            let copy = try dataset.copy()
            datasets.append(copy)
            let isThere = ["publish.info-moved", "publish.noted", "publish.cleaned"].contains(fault)
            roots.append((copy.root, isThere ? 2 : 1, "killed at \(fault)"))

            let writer = try dataset.recovered()
            if writer.unacknowledged?.identity != "take 1" {
                let (length, task) = TestDataset.take(1)
                _ = try writer.publish(dataset.draft(1, length: length, task: task, films: films))
            }
            try dataset.publish(2..<3, films: films)
            roots.append((dataset.root, 3, "continued after \(fault)"))
        }
        let readings = try LeRobotProcess.read(roots.map(\.0))
        for (root, reading) in zip(roots, readings) { try expect(reading, episodes: root.1, root.2) }
        #expect(readings.count == roots.count)
    }

    @Test("a consolidated dataset, and one that was killed at each step of it, before and after recovery")
    func consolidated() async throws {
        let films = try TestDataset.temporary()
        try Directory.create(films)
        try LeRobotProcess.makeFilms(0..<5, in: films)
        var roots: [(FilePath, Int, String)] = []
        var datasets: [TestDataset] = []
        defer { for dataset in datasets { dataset.remove() } }
        let begun = try TestDataset.create()
        datasets.append(begun)
        try begun.publish(0..<4, films: films)
        for fault in Self.tried(ConsolidateTests.faults) {
            let dataset = try begun.copy()
            datasets.append(dataset)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [root = dataset.root.string as String, fault = fault as String] in
                setenv("REEL_FAULT", fault.contains(":") ? fault : "\(fault):kill", 1)
                _ = try DatasetWriter(root: FilePath(root)).consolidate(join: LeRobotProcess.join)
            }
            let copy = try dataset.copy()
            datasets.append(copy)
            roots.append((copy.root, 4, "killed at \(fault)"))
            _ = try dataset.recovered()
            try dataset.publish(4..<5, films: films)
            roots.append((dataset.root, 5, "continued after \(fault)"))
        }
        let readings = try LeRobotProcess.read(roots.map(\.0))
        for (root, reading) in zip(roots, readings) { try expect(reading, episodes: root.1, root.2) }
        #expect(readings.count == roots.count)
    }

    @Test("LeRobot's dataset continued here, continued there, consolidated, and continued there once more")
    func thereAndBack() throws {
        let films = try TestDataset.temporary()
        try Directory.create(films)
        try LeRobotProcess.makeFilms(3..<8, in: films)
        let make = ContinueTests.fixture.removingLastComponent().appending("make.py").string
        let dataset = try ContinueTests.copy()
        defer { dataset.remove() }
        func check(_ episodes: Int, _ what: String) throws {
            try expect(LeRobotProcess.read([dataset.root]).first, episodes: episodes, what)
        }
        try dataset.publish(3..<5, films: films)
        try check(5, "continued here")
        _ = try LeRobotProcess.run([make, "continue", dataset.root.string])
        try check(7, "continued there")
        try dataset.publish(7..<8, films: films)
        let report = try DatasetWriter(root: dataset.root).consolidate(join: LeRobotProcess.join)
        #expect(report.changed && report.leftAlone.isEmpty)
        try check(8, "consolidated")
        _ = try LeRobotProcess.run([make, "continue", dataset.root.string])
        try check(10, "continued there once more")
    }
}
