import ArgumentParser

@main
struct Reel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reel",
        abstract: "Records robot demonstrations as LeRobot datasets; the operator never waits for video.",
        version: "0.1.0")
}
