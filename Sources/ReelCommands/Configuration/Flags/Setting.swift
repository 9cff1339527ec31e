/// A configuration value as it was written, on the command line or in a file, with the place where it stands.
struct Setting: Equatable, Sendable {
    enum Content: Equatable, Sendable {
        /// Text as written; what it means depends on the flag.
        case scalar(String)
        /// Text in quotes: never a null.
        case quoted(String)
        /// In the order written; keys differ.
        case mapping([Entry])
        case sequence([Setting])
    }

    struct Entry: Equatable, Sendable {
        var key: String
        var value: Setting
    }

    /// Counted from 1.
    struct Place: Equatable, Sendable, CustomStringConvertible {
        var line: Int
        /// In Unicode scalars.
        var column: Int

        var description: String { "line \(line), column \(column)" }
    }

    var content: Content
    /// nil for what is one whole argument of the command line.
    var place: Place?

    init(_ content: Content, at place: Place? = nil) {
        self.content = content
        self.place = place
    }

    /// The text of a scalar, quoted or not.
    var text: String? {
        switch content {
        case .scalar(let text), .quoted(let text): text
        case .mapping, .sequence: nil
        }
    }

    var isNull: Bool {
        guard case .scalar(let text) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The entries of a mapping.
    var entries: [Entry]? {
        guard case .mapping(let entries) = content else { return nil }
        return entries
    }

    /// How it reads in a message: short.
    var summary: String {
        switch content {
        case .scalar(let text): text
        case .quoted(let text): "\"\(text)\""
        case .mapping: "{…}"
        case .sequence: "[…]"
        }
    }

    /// This value with `other` laid over it: mappings are merged key by key, anything else is replaced. So a flag
    /// changes one camera of those that a file gives, as with LeRobot.
    func overlaid(with other: Setting) -> Setting {
        guard var merged = entries, let added = other.entries else { return other }
        for entry in added {
            if let index = merged.firstIndex(where: { $0.key == entry.key }) {
                merged[index].value = merged[index].value.overlaid(with: entry.value)
            } else {
                merged.append(entry)
            }
        }
        return Setting(.mapping(merged), at: other.place)
    }

    /// This value with `other` laid over what is at `path` in it. A key that has dots of its own is found when it is there
    /// already.
    func overlaid(with other: Setting, at path: ArraySlice<String>) -> Setting {
        guard !path.isEmpty else { return overlaid(with: other) }
        let keys = Set((entries ?? []).map(\.key))
        let length = (1...path.count).last { keys.contains(path.prefix($0).joined(separator: ".")) } ?? 1
        let key = path.prefix(length).joined(separator: ".")
        let below = entries?.first { $0.key == key }?.value ?? Setting(.scalar(""))
        let value = below.overlaid(with: other, at: path.dropFirst(length))
        return overlaid(with: Setting(.mapping([Entry(key: key, value: value)])))
    }
}
