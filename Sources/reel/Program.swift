import ReelCommands

/// The program `reel`. All of it is in `ReelCommands`, where tests can reach it.
@main
enum Program {
    static func main() { Reel.main() }
}
