import RecordingTypes
import Yams

/// Reading YAML (and JSON, which is YAML too); the only place that knows the library.
extension Setting {
    /// Reads one document.
    /// - Parameters:
    ///   - yaml: The text.
    ///   - action: What it is for, as the end of "could not …".
    ///   - subject: The file, or nil for the command line.
    /// - Throws: `ReelError(.usage)` with line, column and the text that stands there.
    init(yaml: String, action: String, subject: String?) throws {
        do {
            self = try Yams.compose(yaml: yaml).map { try Self.read($0) } ?? Setting(.scalar(""))
        } catch {
            let (problem, place) = Self.explain(error)
            let near = place.flatMap { Self.text(at: $0, in: yaml) }.map { ", at \"\($0)\"" } ?? " at the end"
            throw ReelError(
                .usage, action, subject: subject,
                cause: place.map { "\($0): \(problem)\(near)" } ?? problem,
                remedy: "In YAML a space follows each colon, and brackets and quotes come in pairs.")
        }
    }

    private static func read(_ node: Node) throws -> Setting {
        let place = node.mark.map { Place(line: $0.line, column: $0.column) }
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            return Setting(isPlain ? .scalar(scalar.string) : .quoted(scalar.string), at: place)
        case .sequence(let sequence):
            return Setting(.sequence(try sequence.map { try read($0) }), at: place)
        case .mapping(let mapping):
            var own: [Entry] = []
            var merged: [Entry] = []
            for (key, value) in mapping {
                if isMerge(key) {
                    merged.append(contentsOf: try entries(toMerge: value))
                } else {
                    own.append(Entry(key: try self.key(key), value: try read(value)))
                }
            }
            return Setting(.mapping(together(own, merged)), at: place)
        case .alias:
            throw Misread(problem: "an alias is not understood here", place: place)
        }
    }

    // MARK: - Merge keys

    /// `<<`, unless it is in quotes.
    private static func isMerge(_ key: Node) -> Bool {
        guard let scalar = key.scalar, scalar.string == "<<" else { return false }
        return scalar.style == .plain || scalar.style == .any
    }

    /// What `<<: *one` or `<<: [*one, *another]` brings in; of the same key in two of a list, the first counts.
    private static func entries(toMerge node: Node) throws -> [Entry] {
        let setting = try read(node)
        switch setting.content {
        case .mapping(let entries): return entries
        case .sequence(let parts):
            return try parts.reduce([]) { found, part in
                guard let entries = part.entries else { throw notMergeable(node) }
                return together(found, entries)
            }
        case .scalar, .quoted: throw notMergeable(node)
        }
    }

    private static func notMergeable(_ node: Node) -> Misread {
        Misread(
            problem: "<< takes a mapping, or a list of mappings",
            place: node.mark.map { Place(line: $0.line, column: $0.column) })
    }

    /// The entries, and those of `others` whose keys are not among them: a mapping's own keys go before what is merged in,
    /// wherever `<<` stands. In the order that PyYAML gives them: what is merged in comes first.
    private static func together(_ entries: [Entry], _ others: [Entry]) -> [Entry] {
        var all: [Entry] = []
        for entry in others {
            let own = entries.first { $0.key == entry.key }
            if !all.contains(where: { $0.key == entry.key }) { all.append(own ?? entry) }
        }
        return all + entries.filter { entry in !all.contains { $0.key == entry.key } }
    }

    /// What Yams reads and Reel does not.
    private struct Misread: Error {
        let problem: String
        let place: Place?
    }

    private static func key(_ node: Node) throws -> String {
        guard let text = node.scalar?.string else {
            throw Misread(
                problem: "a key must be a word", place: node.mark.map { Place(line: $0.line, column: $0.column) })
        }
        return text
    }

    private static func explain(_ error: any Error) -> (String, Place?) {
        if let error = error as? Misread { return (error.problem, error.place) }
        guard let error = error as? YamlError else { return ("\(error)", nil) }
        return switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            (problem, Place(line: mark.line, column: mark.column))
        case .reader(let problem, let offset, _, let yaml):
            (problem, offset.map { place(of: $0, in: yaml) })
        case .duplicatedKeysInMapping(let duplicates, let context):
            (
                "the key \(duplicates.sorted().joined(separator: ", ")) is there twice",
                Place(line: context.mark.line, column: context.mark.column)
            )
        default:
            ("\(error)", nil)
        }
    }

    private static func place(of offset: Int, in yaml: String) -> Place {
        let lines = yaml.prefix(offset).split(separator: "\n", omittingEmptySubsequences: false)
        return Place(line: max(1, lines.count), column: (lines.last?.count ?? 0) + 1)
    }

    /// Up to 24 letters of what stands at the place; nil at the end of the text. Where a line has a password in it they may
    /// be the rest of that, and then it is an ellipsis.
    private static func text(at place: Place, in yaml: String) -> String? {
        let lines = yaml.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.indices.contains(place.line - 1) else { return nil }
        let line = String(lines[place.line - 1])
        guard URLCredentials.hidden(in: line) == line else { return "…" }
        let rest = String(String.UnicodeScalarView(lines[place.line - 1].unicodeScalars.dropFirst(place.column - 1)))
        guard !rest.isEmpty else { return nil }
        return rest.count > 24 ? rest.prefix(24) + "…" : rest
    }
}
