import ArgumentParser
import RecordingTypes
import SystemPackage
import Testing

@testable import ReelCommands

/// A machine made up for tests: nothing exists but the given files.
func surroundings(
    variables: [String: String] = ["HOME": "/home/me"], files: [String: String] = [:], exists: Set<String> = [],
    emptyDirectories: Set<String> = []
) -> Surroundings {
    Surroundings(
        variable: { variables[$0] }, stamp: { "20260102_030405" },
        exists: { files[$0.string] != nil || exists.union(emptyDirectories).contains($0.string) },
        isEmptyDirectory: { emptyDirectories.contains($0.string) },
        read: { path in
            guard let text = files[path.string] else {
                throw ReelError(.noSuchFileOrDirectory, "read", subject: path.string)
            }
            return text
        },
        resolveEncoder: { $0 })
}

/// What `reel record` makes of a command line, all the way through the argument parser.
func parsed(_ arguments: [String], in surroundings: Surroundings = surroundings()) throws -> RecordConfiguration {
    let record = try #require(try Reel.parseAsRoot(["record"] + arguments) as? Record)
    return try RecordConfiguration(arguments: Record.table.parse(record.arguments).values, in: surroundings)
}

/// The same for arguments that are all "--flag=value", without the argument parser.
func configuration(_ arguments: [String], in surroundings: Surroundings = surroundings()) throws
    -> RecordConfiguration
{
    let given = try arguments.map { argument -> (name: String, value: String?) in
        let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        try #require(argument.hasPrefix("--") && parts.count == 2)
        return (String(parts[0]), String(parts[1]))
    }
    return try RecordConfiguration(arguments: given, in: surroundings)
}

/// The least that is needed, and what the test adds.
func simulated(_ more: String..., in surroundings: Surroundings = surroundings()) throws -> RecordConfiguration {
    try configuration(least + more, in: surroundings)
}

let least = [
    "--robot.type=sim", "--teleop.type=sim", "--dataset.repo_id=me/cubes", "--dataset.single_task=Pick the cube.",
]
