// Apache Arrow C++ and Parquet behind a C surface: tables cross as the Arrow C data interface, and failures as a number
// and a text. No C++ type and no exception passes this header.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The Arrow C data interface (https://arrow.apache.org/docs/format/CDataInterface.html). Arrow's own headers guard
// their copy with the same macro, so the two meet in the shim without a clash.
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};
#endif

// Every function that can fail returns 0, the errno of the system call that failed, or REEL_ARROW_REFUSED, and then
// sets *message to Arrow's own words, which the caller gives back with reel_arrow_free_message.
#define REEL_ARROW_REFUSED (-1)

void reel_arrow_free_message(char *message);

// Parquet, writing: snappy, dictionaries on, format 2.6, ARROW:schema stored. The schema's metadata becomes the file's.
typedef struct ReelParquetWriter ReelParquetWriter;

/// Takes over `schema` (it is released, also on failure).
int32_t reel_parquet_writer_open(
    const char *path, struct ArrowSchema *schema, ReelParquetWriter **writer, char **message);
/// Writes one row group; takes over `batch` (a struct array with the columns as children), also on failure.
int32_t reel_parquet_writer_write(ReelParquetWriter *writer, struct ArrowArray *batch, char **message);
/// Writes the footer and closes the file.
int32_t reel_parquet_writer_finish(ReelParquetWriter *writer, char **message);
/// Closes without a word about failures, and frees. `writer` may be null.
void reel_parquet_writer_free(ReelParquetWriter *writer);

// Parquet, reading.
typedef struct ReelParquetReader ReelParquetReader;

int32_t reel_parquet_reader_open(const char *path, ReelParquetReader **reader, char **message);
/// The caller releases `schema`. Its metadata is the file's key-value metadata.
int32_t reel_parquet_reader_schema(ReelParquetReader *reader, struct ArrowSchema *schema, char **message);
int32_t reel_parquet_reader_row_group_count(const ReelParquetReader *reader);
/// Rows of one row group, or of the file with -1.
int64_t reel_parquet_reader_row_count(const ReelParquetReader *reader, int32_t row_group);
/// Reads one row group (or all of them with -1) as one batch that has been validated in full. `fields` are top-level
/// fields of the schema; all of them when `fields` is null. The caller releases both, before the reader is freed.
int32_t reel_parquet_reader_read(
    ReelParquetReader *reader, int32_t row_group, const int32_t *fields, int32_t field_count,
    struct ArrowSchema *schema, struct ArrowArray *batch, char **message);
/// Opens a writer with the very schema and metadata of `reader`, types that Swift does not take apart included.
int32_t reel_parquet_writer_open_like(
    const char *path, ReelParquetReader *reader, ReelParquetWriter **writer, char **message);
/// Copies one row group; columns are matched by name, and types must be equal.
int32_t reel_parquet_writer_copy(
    ReelParquetWriter *writer, ReelParquetReader *reader, int32_t row_group, char **message);
void reel_parquet_reader_free(ReelParquetReader *reader);

// Arrow IPC stream, as bytes that the caller writes.
typedef struct ReelStreamEncoder ReelStreamEncoder;

/// Takes over `schema` (it is released, also on failure).
int32_t reel_stream_encoder_make(struct ArrowSchema *schema, ReelStreamEncoder **encoder, char **message);
/// The schema message. The bytes are valid until the next call with this encoder.
int32_t reel_stream_encoder_schema(
    ReelStreamEncoder *encoder, const uint8_t **bytes, int64_t *count, char **message);
/// One record batch message; takes over `batch`, also on failure. The bytes are valid until the next call.
int32_t reel_stream_encoder_batch(
    ReelStreamEncoder *encoder, struct ArrowArray *batch, const uint8_t **bytes, int64_t *count, char **message);
void reel_stream_encoder_free(ReelStreamEncoder *encoder);

// Arrow IPC stream, decoded as its bytes come in.
typedef struct ReelStreamDecoder ReelStreamDecoder;

/// No message longer than `message_limit` bytes is waited for, and decoding holds at most `memory_limit` bytes.
int32_t reel_stream_decoder_make(
    int64_t message_limit, int64_t memory_limit, ReelStreamDecoder **decoder, char **message);
/// Takes in the next bytes. After a failure every further call fails; batches decoded before it can still be taken.
int32_t reel_stream_decoder_consume(
    ReelStreamDecoder *decoder, const uint8_t *bytes, int64_t count, char **message);
/// False while the schema message has not come in; else the caller releases `schema`.
bool reel_stream_decoder_schema(ReelStreamDecoder *decoder, struct ArrowSchema *schema);
/// The oldest batch not taken yet, validated in full. False when there is none; else the caller releases `batch`,
/// before the decoder is freed.
bool reel_stream_decoder_next(ReelStreamDecoder *decoder, struct ArrowArray *batch);
/// The end-of-stream mark has come in.
bool reel_stream_decoder_is_finished(const ReelStreamDecoder *decoder);
void reel_stream_decoder_free(ReelStreamDecoder *decoder);

#ifdef __cplusplus
}
#endif
