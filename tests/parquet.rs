//! Parquet files by independent writers, read value by value, against what the script that wrote them
//! says and against a second reader; then the same files damaged. Fixtures: tests/fixtures/parquet, made
//! by tests/fixtures/make_parquet.py, found by looping over the folder.

// The library under test has a module of the same name, and so has this test.
extern crate parquet as parquet_crate;

#[path = "parquet/cells.rs"]
mod cells;
#[path = "parquet/hostile.rs"]
mod hostile;
#[path = "parquet/layout.rs"]
mod layout;
#[path = "parquet/second_reader.rs"]
mod second_reader;
#[path = "parquet/values.rs"]
mod values;
