/// The flags of one command: what its command line and its configuration file may hold, and what `--help` lists.
struct FlagTable: Sendable {
    /// In the order of `--help`.
    let flags: [RecordFlag]
    /// What may stand on the command line without a flag, if anything: "ROOT".
    let positional: String?
    /// Other names of flags, without dashes, by the name.
    let aliases: [String: String]
    private let byName: [String: RecordFlag]

    init(_ flags: [RecordFlag], positional: String? = nil, aliases: [String: String] = [:]) {
        self.flags = flags
        self.positional = positional
        self.aliases = aliases
        byName = Dictionary(flags.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Those of `reel record`.
    static let record = FlagTable(RecordFlags.all)

    /// Those of another command: the flags of `reel record` about some topics, and its own.
    static func of(
        _ topics: Set<RecordFlag.Topic>, _ own: [RecordFlag] = [], positional: String? = nil,
        aliases: [String: String] = [:]
    ) -> FlagTable {
        let file = RecordFlags.all.filter { $0.name == "config_path" }
        return FlagTable(
            RecordFlags.all.filter { topics.contains($0.topic) } + own + file, positional: positional,
            aliases: aliases)
    }

    /// The flag of that name (without dashes), if there is one.
    func named(_ name: String) -> RecordFlag? { byName[name] ?? aliases[name].flatMap { byName[$0] } }

    /// The flag that holds a mapping of which `name` is a part, and the way to that part: `robot.cameras` and
    /// ["front", "fps"] for "robot.cameras.front.fps".
    func holder(of name: String) -> (flag: RecordFlag, path: [String])? {
        var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        var path: [String] = []
        while parts.count > 1 {
            path.insert(parts.removeLast(), at: 0)
            guard let flag = named(parts.joined(separator: ".")) else { continue }
            let holds = flag.kind == .mapping || flag.kind == .numberOrMapping
            return holds && !path.contains("") ? (flag, path) : nil
        }
        return nil
    }

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
