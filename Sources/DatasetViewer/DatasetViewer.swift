import Foundation
import LeRobotDataset
import OrderedCollections
import PythonJSON
import RecordingTypes
import Spool
import Synchronization
package import SystemPackage
package import WebServer

/// A dataset as a site: its pages, and what they ask for. Looking changes nothing and takes no lock; a session may record into
/// the dataset meanwhile. What is changed, the editor changes.
package final class DatasetViewer: WebSite {
    private let root: FilePath
    private let opened: Mutex<OpenedDataset>
    private let pictures = EpisodePictures()
    private let editor: (any DatasetEditor)?

    /// - Parameters:
    ///   - root: the dataset's folder.
    ///   - editor: who changes it; nil where nobody may, because a session records.
    /// - Throws: `ReelError`: unavailable when there is no dataset, mismatch when it is of another version, damaged.
    package init(root: FilePath, editor: (any DatasetEditor)?) throws {
        (self.root, self.editor) = (root, editor)
        opened = Mutex(try OpenedDataset(root: root))
    }

    package func respond(to request: WebRequest) -> WebResponse {
        do {
            return request.method == .get || request.method == .head ? try answer(request) : try change(request)
        } catch let error as ReelError {
            return .text([.unavailable: 404, .busy: 423, .usage: 400, .mismatch: 412][error.kind] ?? 500, "\(error)")
        } catch {
            return .text(500, "\(error)")
        }
    }

    private func answer(_ request: WebRequest) throws -> WebResponse {
        let path = request.target.path
        switch (path.first, path.count) {
        case (nil, _): return WebAsset.response("viewer.html", for: request)
        case ("assets", 2): return WebAsset.response(path[1], for: request)
        case ("api", 2) where path[1] == "dataset":
            return json(refreshed().description(of: spool(), mayChange: editor != nil))
        case ("api", 2) where path[1] == "episodes": return json(opened.withLock { $0 }.list)
        case ("api", 3...) where path[1] == "episodes": return try episode(Array(path[2...]), request)
        // /g/GENERATION/videos/FEATURE/CHUNK/FILE
        case ("g", 6) where path[2] == "videos": return try video(path[3], path[4], path[5], request)
        default: return .notFound
        }
    }

    private func json(_ value: JSONValue) -> WebResponse { .json(Array(JSONText.line(value).utf8)) }

    // MARK: The dataset

    /// The dataset as it is now.
    private func refreshed() -> OpenedDataset {
        let known = opened.withLock { $0 }
        do {
            let isSame =
                try OpenedDataset.generation(of: root) == known.generation
                && OpenedDataset.labelled(known.dataset.layout) == known.labelled
            if isSame { return known }
            let new = try OpenedDataset(root: root)
            opened.withLock { $0 = new }
            return new
        } catch {
            // Read between two files of a change, it is read again when the page asks the next time.
            return known
        }
    }

    private func spool() -> [TakeState: Int] {
        do {
            let takes = try SpoolDirectory(root: root).takes()
            return Dictionary(takes.map { ($0.state, 1) }, uniquingKeysWith: +)
        } catch {
            // A spool that cannot be read is `reel recover`'s.
            return [:]
        }
    }

    // MARK: Changes

    private struct Change: Decodable {
        var generation: String
        var outcome: String?
        var note: String?
        var excluded: Bool?
        var episodes: [Int]?
    }

    /// PATCH /api/episodes/N, POST /api/delete
    private func change(_ request: WebRequest) throws -> WebResponse {
        guard let editor else {
            return .text(423, "A session is recording into this dataset: change it when it is over.")
        }
        let path = request.target.path
        guard path.count >= 2, path[0] == "api" else { return .notFound }
        let change: Change
        do {
            change = try JSONDecoder().decode(Change.self, from: Data(request.body))
        } catch {
            return .text(400, "That is no change.")
        }
        // Numbers of a page that is stale mean other episodes.
        let opened = refreshed()
        guard change.generation == opened.generation else { return .text(412, "The dataset has changed: look again.") }
        func check() throws {
            guard try OpenedDataset.generation(of: root) == opened.generation else {
                throw ReelError(.mismatch, "change the dataset", cause: "it has changed meanwhile: look again")
            }
        }
        switch (request.method, path[1], path.count) {
        case (.patch, "episodes", 3):
            guard let episode = Int(path[2]), opened.rows.indices.contains(episode) else { return .notFound }
            guard change.outcome.map({ ["", "success", "failure"].contains($0) }) ?? true else {
                return .text(400, "An outcome is success, failure, or nothing.")
            }
            guard (change.note?.utf8.count ?? 0) <= 2000 else { return .text(413, "A note has 2000 bytes at most.") }
            try editor.label(
                EpisodeLabels.Label(
                    episode: episode, outcome: change.outcome, note: change.note?.printable,
                    excluded: change.excluded), check: check)
            return json(refreshed().list)
        case (.post, "delete", 2):
            guard let episodes = change.episodes, !episodes.isEmpty else { return .text(400, "Which?") }
            let command = try editor.delete(Set(episodes), check: check)
            let new = refreshed()
            return json(
                .object([
                    "generation": .string(new.generation), "left": .integer(new.rows.count),
                    "command": .string(command),
                ]))
        default: return .notFound
        }
    }

    // MARK: One episode

    /// /api/episodes/N, /api/episodes/N/rows, /api/episodes/N/cameras/FEATURE/rows/ROW
    private func episode(_ words: [String], _ request: WebRequest) throws -> WebResponse {
        let opened = opened.withLock { $0 }
        // Numbers of a dataset that has changed mean other episodes.
        if let wanted = request.target.query["g"], wanted != opened.generation {
            return .text(412, "The dataset has changed: look again.")
        }
        guard let number = Int(words[0]), opened.rows.indices.contains(number) else {
            return .text(404, "There is no such episode: the dataset has \(opened.rows.count).")
        }
        let row = opened.rows[number]
        switch (words.count, words.count > 1 ? words[1] : "") {
        case (1, _): return json(opened.description(of: row))
        case (2, "rows"):
            return WebResponse(200, type: "application/octet-stream", try opened.numbers(of: row))
        case (5, "cameras") where words[3] == "rows":
            guard let feature = opened.cameras.first(where: { $0.name == words[2] }) else {
                return .text(404, "There is no such camera.")
            }
            guard let index = Int(words[4]), (0..<row.length).contains(index) else {
                return .text(404, "There is no such row: the episode has \(row.length).")
            }
            let width = request.target.query["w"].flatMap(Int.init).map { min(4096, max(16, $0)) }
            let still = try pictures.still(feature, of: row, at: index, width: width, in: opened)
            var response = WebResponse(200, type: still.type, still.bytes)
            // With the generation in its address it never changes.
            if request.target.query["g"] != nil {
                response.headers = [
                    ("Content-Type", still.type), ("Cache-Control", "private, max-age=3600, immutable"),
                ]
            }
            return response
        default: return .notFound
        }
    }

    private func video(_ feature: String, _ chunk: String, _ file: String, _ request: WebRequest) throws -> WebResponse
    {
        let opened = opened.withLock { $0 }
        guard opened.dataset.info.videoFeatures.contains(where: { $0.name == feature }), let chunk = Int(chunk),
            let file = Int(file)
        else { return .notFound }
        let path = try opened.dataset.layout.video(feature, FileIndex(chunk: chunk, file: file))
        let opening = try WebFile(path)
        // A dataset from elsewhere may have anything under this name, also a link to another file of this machine.
        guard try opening.beginning(8).suffix(4) == Array("ftyp".utf8)[...] else {
            return .text(404, "\(opened.dataset.layout.name(of: path)) is no MP4.")
        }
        return .file(opening, type: "video/mp4", for: request)
    }
}
