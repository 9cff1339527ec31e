import Foundation
import Platform
import PreviewBoard
package import RecordingTypes
package import SystemPackage
package import WebServer

/// What the page process does: it looks at a session's board, and shows it to whoever may see it.
package final class LiveView {
    private let settings: PageSettings
    private let feed: LiveFeed
    private let voice: PageVoice

    /// - Parameters:
    ///   - board: the session's, to be read.
    ///   - settings: what is served, and how.
    /// - Throws: `ReelError` when there is no such board.
    package init(_ board: FileDescriptor, _ settings: PageSettings) throws {
        voice = PageVoice()
        self.settings = settings
        feed = try LiveFeed(try PreviewReader(board), voice: voice) {
            try JSONDecoder().decode(PreviewDescription.self, from: Data($0))
        }
    }

    /// Serves until the session is over, or its process gone.
    /// - Parameter dataset: what is told of the dataset that is recorded into.
    package func run(dataset: (any WebSite)?) {
        voice.start()
        var servers: [WebServer] = []
        if let token = settings.token {
            let site = OperatorSite(feed, voice: voice, dataset: dataset)
            let server = WebServer(site: site, admission: .token(AccessToken(token)))
            do {
                let port = try server.start(
                    WebServer.Address(host: settings.host, port: settings.port, alternatives: settings.alternatives),
                    names: settings.host == "127.0.0.1" ? [] : [Program.hostName])
                servers.append(server)
                voice.say(.serves(port: port))
            } catch {
                voice.say(.cannot(reason: "\(error)"))
            }
        }
        if let foxglove = settings.foxglove { serve(foxglove, &servers) }
        var rerun: RerunFeed?
        if let program = settings.rerun {
            let new = RerunFeed(feed, voice: voice, program: FilePath(program))
            new.start()
            rerun = new
        }
        feed.run(asLongAs: settings.recorder)
        rerun?.finish()
        // Who has been told that it is over has a moment to hear it.
        if servers.contains(where: { $0.socketCount > 0 }) { (MonotonicTime.now + .milliseconds(200)).sleepUntil() }
        for server in servers { server.stop() }
    }

    private func serve(_ foxglove: PageSettings.Foxglove, _ servers: inout [WebServer]) {
        let server = WebServer(
            site: FoxgloveSite(feed, isCompressed: foxglove.isCompressed),
            admission: .pages(of: Set(foxglove.origins)))
        do {
            _ = try server.start(
                WebServer.Address(host: foxglove.host, port: foxglove.port),
                names: foxglove.host == "127.0.0.1" ? [] : [Program.hostName])
            servers.append(server)
            if !["127.0.0.1", "::1", "localhost"].contains(foxglove.host) {
                voice.say(.notes("Foxglove has no token: whoever is in the network sees cameras and joints"))
            }
            let host = foxglove.host.contains(":") ? "[\(foxglove.host)]" : foxglove.host
            voice.say(.notes("Foxglove: open a connection to ws://\(host):\(foxglove.port)"))
        } catch {
            voice.say(.notes("Foxglove cannot be served: \(error)"))
        }
    }
}
