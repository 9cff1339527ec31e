"""Writes the files beside it: what pyarrow and pandas make of the types that Reel must read."""
import pandas
import pyarrow as pa
import pyarrow.parquet as pq

tasks = pandas.DataFrame({"task_index": [0, 1]}, index=pandas.Index(["pick", "plåce"], name="task"))
tasks.to_parquet("tasks.parquet")

table = pa.table({
    "i32": pa.array([1, 2, None], pa.int32()),
    "i8": pa.array([1, -2, 3], pa.int8()),
    "u64": pa.array([1, 2, 3], pa.uint64()),
    "large_text": pa.array(["a", None, "c"], pa.large_string()),
    "large_bytes": pa.array([b"a", None, b""], pa.large_binary()),
    "large_list": pa.array([[1.0], [], [2.0, 3.0]], pa.large_list(pa.float64())),
    "image": pa.array(
        [{"bytes": b"x", "path": None}, {"bytes": None, "path": "p"}, None],
        pa.struct([("bytes", pa.binary()), ("path", pa.string())])),
    "vector": pa.array([[1, 2], [3, 4], None], pa.list_(pa.float32(), 2)),
    "nested": pa.array([[[[0.5]], [[1.5]], [[2.5]]]] * 3, pa.list_(pa.list_(pa.list_(pa.float64())))),
    "flag": pa.array([True, False, True]),
    "time": pa.array([1, 2, 3], pa.timestamp("us")),
    "category": pa.array(["x", "y", "x"]).dictionary_encode(),
    "nothing": pa.nulls(3),
}).replace_schema_metadata({"huggingface": '{"a": 1}'})
pq.write_table(table, "types.parquet", row_group_size=2)

plain = table.select(["i32", "i8", "large_text", "vector", "nested", "flag"])
with pa.OSFile("types.arrows", "wb") as sink, pa.ipc.new_stream(sink, plain.schema) as stream:
    stream.write_batch(plain.to_batches()[0].slice(0, 2))
    stream.write_batch(plain.to_batches()[0].slice(2))
