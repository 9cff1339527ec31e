import ArgumentParser
import DatasetViewer
import Foundation
import LiveView
import Platform
import RecordingTypes
import Synchronization
import SystemPackage
import WebServer

/// The page process of a session. Not for people: `reel record` starts it, with the session's board as its standard input
/// and its settings in the environment.
struct PageWorker: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "page-worker", abstract: "The page process of a session.", shouldDisplay: false)

    private static let mostFiles = 256

    func run() throws {
        ProcessPriority.giveWay(mostFiles: Self.mostFiles)
        guard let text = Program.variable(PageSettings.variable) else {
            throw ReelError(.usage, "serve a page", cause: "page-worker is for reel record to start")
        }
        // What it starts need not know the token.
        Program.removeVariable(PageSettings.variable)
        let settings = try JSONDecoder().decode(PageSettings.self, from: Data(text.utf8))
        let view = try LiveView(.standardInput, settings)
        view.run(dataset: settings.root.map { GrowingDataset(root: FilePath($0)) })
        // A picture that is being decoded waits for nobody.
        Program.exitAtOnce(0)
    }
}

/// A dataset that is not there yet, or has no episode, when the session begins.
private final class GrowingDataset: WebSite {
    private let root: FilePath
    private let viewer = Mutex<DatasetViewer?>(nil)

    init(root: FilePath) { self.root = root }

    func respond(to request: WebRequest) -> WebResponse {
        do {
            let viewer = try viewer.withLock { known in
                let viewer = try known ?? DatasetViewer(root: root, editor: nil)
                known = viewer
                return viewer
            }
            return viewer.respond(to: request)
        } catch {
            return .text(404, "\(error)")
        }
    }
}
