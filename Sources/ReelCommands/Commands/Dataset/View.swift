import ArgumentParser
import Console
import DatasetViewer
import Platform
import RecordingTypes
import SystemPackage
import WebServer

/// `reel view`: a dataset in a browser.
struct View: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "view", abstract: "Shows a dataset in a browser: episodes, exact pictures of each row, plots.",
        discussion: """
            Prints the page's address, with the token without which nobody sees it, and serves it until Ctrl-C. Looking \
            changes nothing, and a session may record into the dataset meanwhile; what is said of episodes there, and which are \
            deleted, is done as reel edit does it. Only this machine can reach the page, unless --host \
            says otherwise; from elsewhere: ssh -L 7336:127.0.0.1:7336 THIS-MACHINE.
            """)

    @Argument(help: "The dataset's directory.") var root: String
    @Option(help: "The port; without it 7336, or the next that is free.") var port: Int?
    @Option(help: "The address to listen on. With 0.0.0.0 everybody in the network who has the token sees the dataset.")
    var host = "127.0.0.1"
    @Flag(help: "Do not open a browser.") var noOpen = false

    func validate() throws {
        if let port, !(0...65535).contains(port) { throw ValidationError("--port is a number up to 65535") }
    }

    func run() throws {
        let interruption = try Interruption.watch()
        let (path, token) = (FilePath(root), AccessToken())
        let server = WebServer(
            site: try DatasetViewer(root: path, editor: ViewerEdits(root: path)), admission: .token(token))
        let listening = try server.start(
            WebServer.Address(host: host, port: port ?? 7336, alternatives: port == nil ? 10 : 0),
            names: host == "127.0.0.1" ? [] : [Program.hostName])
        let address = PageAddress.text(host: host, port: listening, token: token.text)
        // At once, also into a pipe.
        try FileDescriptor.standardOutput.writeAll("page: \(address)\n".utf8)
        if let tunnel = PageAddress.tunnel(host: host, port: listening) { StandardError.print("reel: \(tunnel)") }
        let browser = noOpen ? nil : Browser.open(address)
        while !interruption.sleep(until: .now + .seconds(3600)) {}
        server.stop()
        withExtendedLifetime(browser) {}
    }
}
