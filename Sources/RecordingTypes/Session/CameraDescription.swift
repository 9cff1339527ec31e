extension SessionDescription {
    /// One camera as the spool stores it and the dataset will hold it.
    package struct CameraDescription: Hashable, Codable, Sendable {
        /// "front"; whatever LeRobot takes.
        package var name: String
        /// The dataset's feature, where it is not called after the camera: LeRobot takes any name for one.
        package var feature: String?
        /// What its files are called, without an ending: in a take its frame file, with the encoder what is made of it.
        package internal(set) var file: String
        /// What its frame file holds, and the size of its pictures.
        package var format: CameraFormat
        package var kind: PictureKind
        /// What the dataset makes of its pictures.
        package var target: PictureTarget

        package init(
            name: String, feature: String? = nil, format: CameraFormat, kind: PictureKind = .colour,
            target: PictureTarget
        ) {
            self.name = name
            self.feature = feature
            self.format = format
            self.kind = kind
            self.target = target
            file = CameraFileName.stem(for: name, at: 0)
        }

        /// The dataset's feature: "observation.images.front".
        package var featureName: String { feature ?? Self.featurePrefix + name }

        /// What LeRobot's own recorder begins a camera's feature with.
        package static let featurePrefix = "observation.images."
        /// Bytes of a name: the feature's is a directory's too.
        private static let longestName = 255 - featurePrefix.utf8.count

        /// Why no dataset can have a camera of this name; nil when one can.
        package static func problem(ofName name: String) -> String? {
            if name.isEmpty { return "a camera must have a name" }
            if name.utf8.contains(UInt8(ascii: "/")) { return "LeRobot allows no / in the name of a feature" }
            if name.utf8.contains(0) { return "no file's name has a null character" }
            guard name.utf8.count <= longestName else {
                return "its videos lie in a directory called \(featurePrefix)…, so it has at most \(longestName) bytes "
                    + "and this is \(name.utf8.count)"
            }
            return nil
        }
    }
}
