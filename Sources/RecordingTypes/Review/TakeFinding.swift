/// Something about a take or an episode that makes it worth another look before a policy learns from it. It says what is
/// there, not that it is wrong.
package enum TakeFinding: Hashable, Sendable {
    /// So many of its rows came too late and repeat the one before.
    case lateRows(Int, of: Int)
    /// So many of its rows have the picture of the row before.
    case repeatedPictures(camera: String, Int, of: Int)
    /// For these rows the camera had nothing new.
    case frozenCamera(String, rows: Range<Int>, seconds: Double)
    /// The camera saw hardly any light.
    case blackCamera(String)
    /// All its pictures are nearly the same colour all over: covered, or without focus.
    case plainCamera(String)
    /// Its pictures are much less sharp than in other takes.
    case blurredCamera(String)
    /// A joint that moves in other episodes stood still.
    case stillJoint(String)
    case tooShort(seconds: Double, usual: Double)
    case tooLong(seconds: Double, usual: Double)
    /// Values that are no numbers, or infinite.
    case notNumbers(String)

    /// A word for it, for filters and for programs.
    package var name: String {
        switch self {
        case .lateRows: "late"
        case .repeatedPictures: "repeated"
        case .frozenCamera: "frozen"
        case .blackCamera: "black"
        case .plainCamera: "plain"
        case .blurredCamera: "blurred"
        case .stillJoint: "still"
        case .tooShort: "short"
        case .tooLong: "long"
        case .notNumbers: "not-numbers"
        }
    }

    /// The row to look at, where it is about one.
    package var row: Int? {
        if case .frozenCamera(_, let rows, _) = self { rows.lowerBound } else { nil }
    }

    /// What there is to see: "front frozen for 3.2 s".
    package var words: String {
        switch self {
        case .lateRows(let count, let all): "\(count) of \(all) rows late"
        case .repeatedPictures(let camera, let count, let all): "\(camera): \(count) of \(all) pictures repeated"
        case .frozenCamera(let camera, _, let seconds): "\(camera) frozen for \(Self.tenths(seconds)) s"
        case .blackCamera(let camera): "\(camera) is black"
        case .plainCamera(let camera): "\(camera) sees one colour"
        case .blurredCamera(let camera): "\(camera) is blurred"
        case .stillJoint(let joint): "\(joint) never moved"
        case .tooShort(let seconds, let usual):
            "short: \(Self.tenths(seconds)) s"
                + (usual - seconds < 0.1 ? "" : ", usual are \(Self.tenths(usual)) s")
        case .tooLong(let seconds, let usual): "long: \(Self.tenths(seconds)) s, usual are \(Self.tenths(usual)) s"
        case .notNumbers(let feature): "\(feature) has values that are no numbers"
        }
    }

    private static func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
