#include <arrow/io/buffered.h>
#include <arrow/io/file.h>
#include <arrow/io/memory.h>
#include <arrow/table.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/arrow/writer.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include <limits>
#include <memory>
#include <vector>

#include "Shim.hpp"

using arrow::Status;

/// More than any row group of a dataset holds, and less than what a flipped length can ask for.
static constexpr int64_t parquetMemoryLimit = int64_t{8} << 30;

/// A file up to this size is read in one go: an episode's own, of a hundred columns that would be a call each.
static constexpr int64_t smallFile = int64_t{256} << 10;

/// Arrow hands over every header and page by itself.
static constexpr int64_t writeBuffer = int64_t{64} << 10;

struct ReelParquetWriter {
    std::shared_ptr<arrow::Schema> schema;
    std::shared_ptr<arrow::io::OutputStream> stream;
    std::unique_ptr<parquet::arrow::FileWriter> file;
};

struct ReelParquetReader {
    // First, so that it goes last: all below hold its memory.
    reel::LimitedPool pool{parquetMemoryLimit};
    std::unique_ptr<parquet::arrow::FileReader> file;
    std::shared_ptr<arrow::Schema> schema;
};

namespace {

Status open(const char *path, std::shared_ptr<arrow::Schema> schema, ReelParquetWriter **out) {
    auto writer = std::make_unique<ReelParquetWriter>();
    writer->schema = std::move(schema);
    ARROW_ASSIGN_OR_RAISE(auto file, arrow::io::FileOutputStream::Open(path));
    ARROW_ASSIGN_OR_RAISE(
        writer->stream,
        arrow::io::BufferedOutputStream::Create(writeBuffer, arrow::default_memory_pool(), std::move(file)));
    auto properties = parquet::WriterProperties::Builder()
                          .compression(parquet::Compression::SNAPPY)
                          ->enable_dictionary()
                          ->version(parquet::ParquetVersion::PARQUET_2_6)
                          ->max_row_group_length(std::numeric_limits<int64_t>::max())
                          ->build();
    auto arrowProperties = parquet::ArrowWriterProperties::Builder().store_schema()->build();
    ARROW_ASSIGN_OR_RAISE(
        writer->file, parquet::arrow::FileWriter::Open(
                          *writer->schema, arrow::default_memory_pool(), writer->stream, properties, arrowProperties));
    *out = writer.release();
    return Status::OK();
}

/// One row group a call, also for no rows at all.
Status write(ReelParquetWriter *writer, const arrow::Table &table) {
    if (!writer->file) return Status::Invalid("the file is closed already");
    return writer->file->WriteTable(table, std::max<int64_t>(table.num_rows(), 1));
}

// Arrow 24 turned these from a Status with an out parameter into a Result.
template <typename Reader>
arrow::Result<std::shared_ptr<arrow::Table>> readRowGroups(
    Reader &reader, const std::vector<int> &groups, const std::vector<int> &columns) {
    if constexpr (requires { reader.ReadRowGroups(groups, columns); }) {
        return reader.ReadRowGroups(groups, columns);
    } else {
        std::shared_ptr<arrow::Table> table;
        ARROW_RETURN_NOT_OK(reader.ReadRowGroups(groups, columns, &table));
        return table;
    }
}

void collectLeaves(const parquet::arrow::SchemaField &field, std::vector<int> &leaves) {
    if (field.is_leaf()) leaves.push_back(field.column_index);
    for (const auto &child : field.children) collectLeaves(child, leaves);
}

arrow::Result<std::shared_ptr<arrow::Table>> read(
    ReelParquetReader *reader, int32_t rowGroup, const int32_t *fields, int32_t fieldCount) {
    const auto &all = reader->file->manifest().schema_fields;
    std::vector<int> groups, leaves;
    int count = reader->file->num_row_groups();
    if (rowGroup < -1 || rowGroup >= count) return Status::Invalid("there is no row group ", rowGroup);
    for (int i = 0; i < count; i++)
        if (rowGroup == -1 || i == rowGroup) groups.push_back(i);
    if (fields) {
        for (int32_t i = 0; i < fieldCount; i++) {
            if (fields[i] < 0 || static_cast<size_t>(fields[i]) >= all.size())
                return Status::Invalid("there is no column ", fields[i]);
            collectLeaves(all[fields[i]], leaves);
        }
    } else {
        for (const auto &field : all) collectLeaves(field, leaves);
    }
    return readRowGroups(*reader->file, groups, leaves);
}

/// The file, or all of its bytes when it is small.
arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> source(const char *path, arrow::MemoryPool *pool) {
    // Not mapped: a file that another process cuts would end this one with SIGBUS.
    ARROW_ASSIGN_OR_RAISE(auto file, arrow::io::ReadableFile::Open(path, pool));
    ARROW_ASSIGN_OR_RAISE(int64_t size, file->GetSize());
    if (size > smallFile) return file;
    ARROW_ASSIGN_OR_RAISE(auto bytes, file->ReadAt(0, size));
    return std::make_shared<arrow::io::BufferReader>(std::move(bytes));
}

/// What `FileReader::GetSchema` gives, without making the manifest a second time.
std::shared_ptr<arrow::Schema> schemaOf(const parquet::arrow::FileReader &file) {
    const auto &manifest = file.manifest();
    arrow::FieldVector fields;
    for (const auto &field : manifest.schema_fields) fields.push_back(field.field);
    // Arrow's own entry has been taken out of the schema that was read from it.
    auto metadata = manifest.origin_schema ? manifest.origin_schema->metadata() : manifest.schema_metadata;
    return arrow::schema(std::move(fields), std::move(metadata));
}

/// The table as one batch.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> joined(const arrow::Table &table, arrow::MemoryPool *pool) {
    arrow::ArrayVector columns;
    for (const auto &column : table.columns()) {
        // One chunk is taken as it is; joining would copy it.
        if (column->num_chunks() != 1) return table.CombineChunksToBatch(pool);
        columns.push_back(column->chunk(0));
    }
    return arrow::RecordBatch::Make(table.schema(), table.num_rows(), std::move(columns));
}

}  // namespace

int32_t reel_parquet_writer_open(
    const char *path, struct ArrowSchema *schema, ReelParquetWriter **writer, char **message) {
    return reel::guarded(message, [&]() -> Status {
        ARROW_ASSIGN_OR_RAISE(auto imported, arrow::ImportSchema(schema));
        return open(path, std::move(imported), writer);
    });
}

int32_t reel_parquet_writer_open_like(
    const char *path, ReelParquetReader *reader, ReelParquetWriter **writer, char **message) {
    return reel::guarded(message, [&] { return open(path, reader->schema, writer); });
}

int32_t reel_parquet_writer_write(ReelParquetWriter *writer, struct ArrowArray *batch, char **message) {
    return reel::guarded(message, [&]() -> Status {
        ARROW_ASSIGN_OR_RAISE(auto imported, arrow::ImportRecordBatch(batch, writer->schema));
        ARROW_RETURN_NOT_OK(imported->Validate());
        ARROW_ASSIGN_OR_RAISE(auto table, arrow::Table::FromRecordBatches(writer->schema, {imported}));
        return write(writer, *table);
    });
}

int32_t reel_parquet_writer_copy(
    ReelParquetWriter *writer, ReelParquetReader *reader, int32_t row_group, char **message) {
    return reel::guarded(message, [&]() -> Status {
        if (row_group < 0) return Status::Invalid("there is no row group ", row_group);
        ARROW_ASSIGN_OR_RAISE(auto table, read(reader, row_group, nullptr, 0));
        std::vector<int> order;
        for (const auto &field : writer->schema->fields()) {
            int index = table->schema()->GetFieldIndex(field->name());
            if (index < 0) return Status::Invalid("it has no column ", field->name());
            const auto &type = table->schema()->field(index)->type();
            if (!type->Equals(*field->type()))
                return Status::Invalid(
                    "its column ", field->name(), " is ", type->ToString(), ", not ", field->type()->ToString());
            order.push_back(index);
        }
        if (table->num_columns() != writer->schema->num_fields())
            return Status::Invalid(
                "it has ", table->num_columns(), " columns, not ", writer->schema->num_fields());
        ARROW_ASSIGN_OR_RAISE(auto ordered, table->SelectColumns(order));
        // Nullability and metadata of a field may differ from file to file; the writer compares whole schemas.
        return write(writer, *arrow::Table::Make(writer->schema, ordered->columns(), ordered->num_rows()));
    });
}

int32_t reel_parquet_writer_finish(ReelParquetWriter *writer, char **message) {
    return reel::guarded(message, [&]() -> Status {
        if (!writer->file) return Status::Invalid("the file is closed already");
        ARROW_RETURN_NOT_OK(writer->file->Close());
        writer->file.reset();
        return writer->stream->Close();
    });
}

void reel_parquet_writer_free(ReelParquetWriter *writer) {
    reel::guarded(nullptr, [&]() -> Status {
        delete writer;
        return Status::OK();
    });
}

int32_t reel_parquet_reader_open(const char *path, ReelParquetReader **out, char **message) {
    return reel::guarded(message, [&]() -> Status {
        auto reader = std::make_unique<ReelParquetReader>();
        ARROW_ASSIGN_OR_RAISE(auto file, source(path, &reader->pool));
        parquet::arrow::FileReaderBuilder builder;
        ARROW_RETURN_NOT_OK(builder.Open(std::move(file), parquet::ReaderProperties(&reader->pool)));
        builder.memory_pool(&reader->pool);
        // Everything on this thread: reading ahead on Arrow's own would outlive a reader that failed, and its pool.
        parquet::ArrowReaderProperties properties(false);
        properties.set_pre_buffer(false);
        builder.properties(properties);
        ARROW_RETURN_NOT_OK(builder.Build(&reader->file));
        reader->schema = schemaOf(*reader->file);
        *out = reader.release();
        return Status::OK();
    });
}

int32_t reel_parquet_reader_schema(ReelParquetReader *reader, struct ArrowSchema *schema, char **message) {
    return reel::guarded(message, [&] { return arrow::ExportSchema(*reader->schema, schema); });
}

int32_t reel_parquet_reader_row_group_count(const ReelParquetReader *reader) {
    return reader->file->num_row_groups();
}

int64_t reel_parquet_reader_row_count(const ReelParquetReader *reader, int32_t row_group) {
    int64_t count = 0;
    reel::guarded(nullptr, [&]() -> Status {
        auto metadata = reader->file->parquet_reader()->metadata();
        count = row_group < 0 ? metadata->num_rows() : metadata->RowGroup(row_group)->num_rows();
        return Status::OK();
    });
    return count;
}

int32_t reel_parquet_reader_read(
    ReelParquetReader *reader, int32_t row_group, const int32_t *fields, int32_t field_count,
    struct ArrowSchema *schema, struct ArrowArray *batch, char **message) {
    return reel::guarded(message, [&]() -> Status {
        ARROW_ASSIGN_OR_RAISE(auto table, read(reader, row_group, fields, field_count));
        // Before joining: concatenating trusts offsets.
        ARROW_RETURN_NOT_OK(table->ValidateFull());
        ARROW_ASSIGN_OR_RAISE(auto whole, joined(*table, &reader->pool));
        return arrow::ExportRecordBatch(*whole, batch, schema);
    });
}

void reel_parquet_reader_free(ReelParquetReader *reader) {
    reel::guarded(nullptr, [&]() -> Status {
        delete reader;
        return Status::OK();
    });
}
