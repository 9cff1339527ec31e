import CFFmpeg

/// Owns one AVDictionary: options by name for FFmpeg, which takes out those it knows.
struct OptionDictionary: ~Copyable {
    var pointer: OpaquePointer?

    init(_ options: [String: String] = [:]) {
        for (name, value) in options { av_dict_set(&pointer, name, value, 0) }
    }

    deinit {
        var dictionary = pointer
        av_dict_free(&dictionary)
    }

    /// The names in it, sorted: after opening something, those that nothing took.
    var names: [String] {
        var names: [String] = []
        var entry = av_dict_get(pointer, "", nil, AV_DICT_IGNORE_SUFFIX)
        while let current = entry {
            names.append(String(cString: current.pointee.key))
            entry = av_dict_get(pointer, "", current, AV_DICT_IGNORE_SUFFIX)
        }
        return names.sorted()
    }
}
