/// One flag of `lerobot-record` (LeRobot 0.6.1), or one of Reel's own: what it takes and what Reel does with it.
struct RecordFlag: Sendable {
    /// What a value must look like.
    enum Kind: String, Sendable {
        /// true or false, in any case; yes, no, on and off as in YAML.
        case boolean = "bool"
        case integer = "int"
        case number = "number"
        case text = "text"
        case path = "path"
        /// A YAML flow mapping: `{front: {type: opencv, index_or_path: 0}}`.
        case mapping = "mapping"
        /// A number, or a mapping of numbers by name.
        case numberOrMapping = "number|mapping"
        /// A YAML flow sequence: `[one, two]`.
        case list = "list"
        /// Given without a value, and then true.
        case presence = ""
    }

    /// What Reel makes of it.
    enum Treatment: Sendable {
        /// The same as LeRobot.
        case same
        /// Understood, but something differs, and this is what and why.
        case differs(String)
        /// Reel's own flag; LeRobot has none of that name.
        case own
        /// Taken and checked, but Reel has nothing to apply it to.
        case noEffect(String)
        /// Only this one value is taken (nil: none at all but null); everything else is refused for the reason given.
        case only(String?, otherwise: String)
        /// Never taken.
        case refused(String)
    }

    /// The heading it stands under.
    enum Topic: String, CaseIterable, Sendable {
        case robot = "Robot"
        case teleoperator = "Teleoperator"
        case dataset = "Dataset"
        case encoder = "Encoder"
        case session = "Session"
        case reel = "Reel's own"
        case depth = "Depth encoder"
        case files = "Configuration files"
    }

    /// Without the dashes: "dataset.repo_id".
    let name: String
    let kind: Kind
    let topic: Topic
    /// Reel's default as it would be written; nil where there is none (null, or the flag is required).
    let standard: String?
    /// LeRobot's default where it is another one.
    let leRobotStandard: String?
    /// May be `null`.
    let isOptional: Bool
    let treatment: Treatment
    /// The robot or teleoperator types that have it; empty for all.
    let types: [String]
    /// One sentence for `--help`.
    let help: String

    init(
        _ name: String, _ kind: Kind, _ topic: Topic, standard: String? = nil, leRobotStandard: String? = nil,
        isOptional: Bool = false, _ treatment: Treatment, types: [String] = [], _ help: String
    ) {
        self.name = name
        self.kind = kind
        self.topic = topic
        self.standard = standard
        self.leRobotStandard = leRobotStandard ?? standard
        self.isOptional = isOptional
        self.treatment = treatment
        self.types = types
        self.help = help
    }

    /// A flag that is the same as LeRobot's.
    init(
        _ name: String, _ kind: Kind, _ topic: Topic, standard: String? = nil, isOptional: Bool = false,
        types: [String] = [], _ help: String
    ) {
        self.init(name, kind, topic, standard: standard, isOptional: isOptional, .same, types: types, help)
    }

    /// Whether `--help` lists it: everything but what is always refused.
    var isOffered: Bool {
        if case .refused = treatment { return false }
        return true
    }
}
