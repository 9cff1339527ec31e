/// The columns of a table in order, and the key-value metadata of the file they stand in.
package struct TableSchema: Sendable {
    package var fields: [ColumnField]
    /// In the order of the file; `pandas` and `huggingface` keep JSON here. Parquet's own `ARROW:schema` is never in it.
    package var metadata: [(key: String, value: String)]

    package init(_ fields: [ColumnField], metadata: [(key: String, value: String)] = []) {
        self.fields = fields
        self.metadata = metadata
    }

    /// The value of the first metadata entry with this key.
    package func metadata(_ key: String) -> String? { metadata.first { $0.key == key }?.value }

    /// The first column of this name, or nil.
    package func index(of name: String) -> Int? { fields.firstIndex { $0.name == name } }
}
