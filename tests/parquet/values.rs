//! Every fixture, value by value, against the JSON its script wrote.

use crate::cells::{Cell, fixture, fixtures, folder, read, read_all};
use serde_json::Value;
use whydrop::data::{DataError, FileIndex, Physical};

/// What the script says of a table: rows, and each column's kind and cells.
struct Expected(Value);

impl Expected {
    fn of(table: &str) -> Self {
        let path = folder().join("expected").join(format!("{table}.json"));
        Self(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
    }

    fn kind(&self, column: &str) -> &str {
        self.0["columns"][column]["kind"].as_str().unwrap_or("not in the table")
    }

    fn cells(&self, column: &str) -> Vec<Cell> {
        let kind = self.kind(column);
        let cell = |value: &Value| match (value.as_str(), kind) {
            (None, _) => Cell::Null,
            (Some(shown), "integer") => Cell::Integer(shown.parse().unwrap()),
            (Some(shown), "float") => Cell::float(shown.parse().unwrap()),
            (Some(shown), "boolean") => Cell::Boolean(shown == "1"),
            (Some(shown), "time" | "time_zoned") => Cell::Time(shown.parse().unwrap()),
            (Some(shown), _) => Cell::Text(shown.to_owned()),
        };
        self.0["columns"][column]["values"].as_array().unwrap().iter().map(cell).collect()
    }
}

fn kind_of(physical: &Physical) -> &'static str {
    match physical {
        Physical::Text => "text",
        Physical::Boolean => "boolean",
        Physical::Integer => "integer",
        Physical::Float => "float",
        Physical::Time { zoned: false } => "time",
        Physical::Time { zoned: true } => "time_zoned",
        Physical::Unsupported { .. } => "unsupported",
    }
}

fn check(name: &str, index: &FileIndex, wrong: &mut Vec<String>, expected: &Expected) {
    for column in &index.columns {
        let kind = kind_of(&column.physical);
        let written = expected.kind(&column.name);
        if kind != written {
            wrong.push(format!("{name} {}: {kind}, not {written}", column.name));
        }
    }
}

#[test]
fn every_fixture_holds_what_its_script_wrote() {
    let mut wrong = Vec::new();
    let mut columns_read = 0;
    for (name, bytes) in fixtures() {
        let table = name.split("--").next().unwrap();
        let expected = Expected::of(table);
        let source = whydrop::data::MemorySource::new(name.clone(), bytes);
        let (index, columns) = match read_all(&source) {
            Ok(found) => found,
            Err(error) => {
                wrong.push(format!("{name}: {error}"));
                continue;
            }
        };
        assert_eq!(Some(index.row_count), expected.0["rows"].as_u64());
        check(&name, &index, &mut wrong, &expected);
        for (column, found) in columns {
            let cells = expected.cells(&column);
            columns_read += 1;
            if found == cells {
                continue;
            }
            let at = found.iter().zip(&cells).position(|(a, b)| a != b);
            let at = at.unwrap_or(found.len().min(cells.len()));
            wrong.push(format!(
                "{name} {column} row {at}: {:?}, not {:?}",
                found.get(at),
                cells.get(at)
            ));
        }
    }
    println!("{columns_read} columns compared");
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(columns_read > 3000, "only {columns_read} columns were found");
}

#[test]
fn nested_columns_are_listed_with_a_reason_and_refused() {
    let source = fixture("nested--pyarrow-snappy");
    let index = whydrop::data::parquet::index(&source).unwrap();
    let names: Vec<&str> = index.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["before", "list", "struct", "map", "deep", "after"]);
    for column in &index.columns[1..5] {
        assert!(matches!(&column.physical, Physical::Unsupported { reason }
            if reason.contains("nested")));
    }
    let error = read(&source, &[0, 1]).unwrap_err();
    assert!(
        matches!(error, DataError::Unreadable { because, .. } if because.contains("list"))
    );
    assert!(read(&source, &[6]).is_err());
}

#[test]
fn columns_come_in_the_order_asked_for_even_twice() {
    let source = fixture("nested--pyarrow-snappy");
    let (_, columns) = read(&source, &[5, 0, 5]).unwrap();
    assert_eq!(columns[0], columns[2]);
    assert_eq!(columns[1][7], Cell::Integer(7));
    let (index, none) = read(&source, &[]).unwrap();
    assert!(none.is_empty());
    assert_eq!(index.row_count, 120);
}

#[test]
fn names_that_stand_twice_are_told() {
    let index = whydrop::data::parquet::index(&fixture("edges--pyarrow-v1")).unwrap();
    assert_eq!(index.duplicate_names, ["twice"]);
}
