/// The flags that a command has: what its command line and its configuration file may hold.
struct FlagVocabulary: Sendable {
    /// In the order of `--help`.
    let flags: [RecordFlag]
    private let byName: [String: RecordFlag]

    init(_ flags: [RecordFlag]) {
        self.flags = flags
        byName = Dictionary(flags.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Those of `reel record`.
    static let record = FlagVocabulary(RecordFlags.all)

    /// Those of another command: the flags of `reel record` about some topics, and its own.
    static func of(_ topics: Set<RecordFlag.Topic>, _ own: [RecordFlag] = []) -> FlagVocabulary {
        let file = RecordFlags.all.filter { $0.name == "config_path" }
        return FlagVocabulary(RecordFlags.all.filter { topics.contains($0.topic) } + own + file)
    }

    /// The flag of that name (without dashes), if there is one.
    func named(_ name: String) -> RecordFlag? { byName[name] }

    /// Whether names of flags begin with `prefix` and a dot, so that a file may nest them.
    func isGroup(_ prefix: String) -> Bool { flags.contains { $0.name.hasPrefix(prefix + ".") } }

    /// What may stand directly below `prefix` in a file: "fps" and "rgb_encoder" below "dataset".
    func keys(below prefix: String?) -> [String] {
        let start = prefix.map { $0 + "." } ?? ""
        var keys: [String] = []
        for flag in flags where flag.isOffered && flag.topic != .files && flag.name.hasPrefix(start) {
            let key = String(flag.name.dropFirst(start.count).prefix { $0 != "." })
            if !keys.contains(key) { keys.append(key) }
        }
        return keys
    }
}
