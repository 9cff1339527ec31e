import Foundation
import LeRobotDataset
import RecordingTypes
import SystemPackage

/// LeRobot itself, in its own Python (`REEL_LEROBOT_PYTHON`, as scripts/lerobot-environment prints it).
enum LeRobotProcess {
    static let python = ProcessInfo.processInfo.environment["REEL_LEROBOT_PYTHON"]

    /// Opens each dataset with `LeRobotDataset`, reads every frame of it, pictures decoded, and prints one line each.
    private static let reader = """
        import json, sys, torch
        from lerobot.datasets.lerobot_dataset import LeRobotDataset
        from lerobot.datasets.sampler import EpisodeAwareSampler
        for root in sys.argv[1:]:
            try:
                dataset = LeRobotDataset("user/name", root=root)
                meta = dataset.meta
                items = [dataset[i] for i in range(len(dataset))]
                cameras = meta.video_keys
                rows = meta.episodes if meta.episodes is not None else {"dataset_from_index": [], "dataset_to_index": []}
                sampled = list(EpisodeAwareSampler(rows["dataset_from_index"], rows["dataset_to_index"])) if len(items) else []
                [dataset[i] for i in sampled]
                print(json.dumps({
                    "episodes": meta.total_episodes, "frames": len(dataset), "sampled": len(sampled),
                    "tasks": [item["task"] for item in items],
                    "index": [item["index"].item() for item in items],
                    "episode": [item["episode_index"].item() for item in items],
                    "action": [item["action"].tolist() for item in items],
                    "pictures": [[round(item[c].mean().item() * 255) for c in cameras] for item in items],
                    "statistics": sorted(meta.stats) if meta.stats else [],
                }))
            except Exception as error:
                print(json.dumps({"error": f"{type(error).__name__}: {error}"}))
        """

    struct Reading: Decodable {
        var error: String?
        var episodes: Int?
        var frames: Int?
        var sampled: Int?
        var tasks: [String]?
        var index: [Int]?
        var episode: [Int]?
        var action: [[Float]]?
        var pictures: [[Int]]?
        var statistics: [String]?
    }

    /// What LeRobot finds in each dataset.
    static func read(_ roots: [FilePath]) throws -> [Reading] {
        let output = try run(["-c", reader] + roots.map(\.string))
        return try output.split(separator: "\n").filter { $0.hasPrefix("{") }
            .map { try JSONDecoder().decode(Reading.self, from: Data($0.utf8)) }
    }

    /// Runs Python and gives back its standard output.
    static func run(_ arguments: [String]) throws -> String {
        try run(python ?? "python3", arguments)
    }

    /// Runs a program to its end and gives back its standard output.
    static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["HF_HUB_OFFLINE": "1", "HF_DATASETS_CACHE": "/tmp/reel-datasets-cache"]) { _, new in new }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle(forWritingAtPath: "/dev/null")
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ReelError(.failed, "run \(program)", cause: "exit status \(process.terminationStatus)")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// Real mp4s for `TestDataset.draft(films:)`: even grey pictures, each of another brightness.
    static func makeFilms(_ numbers: Range<Int>, in directory: FilePath, cameras: [String] = ["front", "top"]) throws {
        for number in numbers {
            for (position, camera) in cameras.enumerated() {
                let grey = "mod(\(number)*40+N*3+\(position)*100\\,200)+20"
                _ = try run(
                    "/usr/bin/ffmpeg",
                    [
                        "-v", "error", "-y", "-f", "lavfi", "-i",
                        "color=black:size=64x48:rate=30,format=yuv420p,geq=lum='\(grey)':cb=128:cr=128", "-frames:v",
                        "\(TestDataset.take(number).length)", "-c:v", "libx264", "-preset", "ultrafast", "-g", "2",
                        "-pix_fmt", "yuv420p", "-movflags", "faststart",
                        directory.appending("\(number)-\(camera).mp4").string,
                    ])
            }
        }
    }

    /// Joins such films by copying packets.
    static func join(_ parts: [FilePath], _ whole: FilePath) throws -> [(Double, Double)] {
        let lengths = try parts.map { part in
            let packets = try run(
                "/usr/bin/ffprobe",
                [
                    "-v", "error", "-count_packets", "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0",
                    part.string,
                ])
            return (Double(packets.filter(\.isNumber)) ?? 0) / 30
        }
        // Without its length, ffmpeg takes a file to be as long as its header says in whole milliseconds.
        let list = whole.string + ".txt"
        try zip(parts, lengths).map { "file '\($0)'\nduration \($1)" }.joined(separator: "\n")
            .write(toFile: list, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: list) }
        _ = try run(
            "/usr/bin/ffmpeg",
            ["-v", "error", "-y", "-f", "concat", "-safe", "0", "-i", list, "-c", "copy", "-f", "mp4", whole.string])
        var start = 0.0
        return lengths.map { length in
            start += length
            return (start - length, start)
        }
    }

    /// How bright LeRobot must find picture `frame` of such a film: limited range stretched to the full one.
    static func brightness(_ number: Int, _ frame: Int, camera: Int) -> Int {
        let luma = (number * 40 + frame * 3 + camera * 100) % 200 + 20
        return Int((Double(luma - 16) * 255 / 219).rounded())
    }
}
