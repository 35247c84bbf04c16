//! Texts as tools write them, and what is told from them.

use super::*;

/// Delimiter, header, decimal comma, and names with `·` between them.
#[track_caller]
fn told(text: &str, delimiter: char, header: bool, comma: bool, names: &str) {
    let dialect = sniff(text.as_bytes(), true).expect("a record");
    let joined = dialect.names.join("·".as_bytes());
    let found = (
        char::from(dialect.delimiter),
        dialect.has_header,
        dialect.decimal_comma,
        String::from_utf8_lossy(&joined).into_owned(),
    );
    assert_eq!(found, (delimiter, header, comma, names.to_owned()), "{text:?}");
}

#[test]
fn delimiters() {
    told("a,b\n1,2\n", ',', true, false, "a·b");
    told("a;b\n1,5;2,5\n3,5;4,5\n", ';', true, true, "a·b");
    told("a\tb\nx, y\tz\nlong, text, with commas\tw\n", '\t', true, false, "a·b");
    told("a|b\n1|2\n", '|', true, false, "a·b");
    // Without a header every record has as many commas as semicolons.
    told("1,5;2,5\n3,5;4,5\n", ';', false, true, "·");
    told("a,b\nx;y,1\nz;w,2\n", ',', true, false, "a·b");
    told("a,b\n\"x;y;z\",1\n\"x;y;z\",2\n", ',', true, false, "a·b");
    told("sep=|\na;b|c\n1|2\n", '|', true, false, "a;b·c");
    told("SEP=\t\r\na\tb\r\n1\t2\r\n", '\t', true, false, "a·b");
    told("sep=x\n1\n2\n", ',', true, false, "sep=x");
}

#[test]
fn headers() {
    told("age,y\n31,yes\n42,no\n", ',', true, false, "age·y");
    told("t,f\n1,2\n3,4\n", ',', true, false, "t·f");
    told("31,yes\n42,no\n", ',', false, false, "·");
    told("red,small\nblue,large\nred,small\n", ',', false, false, "·");
    told("color,size\nblue,large\nred,small\n", ',', true, false, "color·size");
    told("0,1,2\n5,6,x\n7,8,y\n", ',', true, false, "0·1·2");
    told(",0,1\n0,6,x\n1,8,y\n", ',', true, false, "·0·1");
    told("0,1,2,label\n5,6,7,x\n7,8,9,y\n", ',', true, false, "0·1·2·label");
    told("id,2019,2020,2021\nx,1,2,3\ny,3,4,9\n", ',', true, false, "id·2019·2020·2021");
    told("5,6,7\n7,8,9\n", ',', false, false, "··");
    told("0.5,1,2,3\n0.7,8,9,3\n", ',', false, false, "···");
    told("2024-01-01,5\n2024-01-02,6\n", ',', false, false, "·");
    told("day,n\n2024-01-01,5\n2024-01-02,6\n", ',', true, false, "day·n");
    told("a,b\n,\n,\n", ',', true, false, "a·b");
    told("\"first\",\"second\"\n\"1\",\"2\"\n", ',', true, false, "first·second");
    told("id,2019,2020\nx,1,2\ny,3,4\n", ',', false, false, "··");
    told("1,2\n", ',', false, false, "·");
    told("a,b\n", ',', true, false, "a·b");
    // Two exports, one behind the other.
    told("a,n\nx,1\nx,2\na,n\nx,3\nx,4\ny,5\ny,6\ny,7\ny,8\n", ',', true, false, "a·n");
}

#[test]
fn titles_above_the_header_are_left_out() {
    let table = "age,income,y\n31,5,yes\n42,6,no\n";
    let titled = |above: &str, lines: usize| {
        let text = format!("{above}{table}");
        told(&text, ',', true, false, "age·income·y");
        let dialect = sniff(text.as_bytes(), true).expect("a record");
        assert_eq!(dialect.title_lines, lines, "{text:?}");
        assert_eq!(text.get(dialect.rows_start..), Some("31,5,yes\n42,6,no\n"));
    };
    titled("", 0);
    titled("Loans of June\n", 1);
    titled("\"Loans, of June\",,\n\nas of 2024-06-30,,\n", 2);
    titled("sep=,\nLoans of June\r\n", 1);
    // A short first record is no title: of two columns, above no sure header, or a header itself.
    told("x\n1,2\n3,4\n", ',', true, false, "·x");
    told("x\nred,small,y\nblue,large,n\n", ',', true, false, "x");
    let dialect = sniff(b"31\n42,6,no\n43,7,yes\n", true).expect("a record");
    assert_eq!((dialect.title_lines, dialect.has_header), (0, false));
}

#[test]
fn widths() {
    told("x,y\nr1,1,2\nr2,3,4\n", ',', true, false, "·x·y");
    told("x,y\n1,2,\n3,4,\n", ',', true, false, "x·y");
    told("x,y\n1,2\n3,4,5\n3,4\n", ',', true, false, "x·y");
    told("x\n1\n2\n", ',', true, false, "x");
    let dialect = sniff(b"x,y\n1,2,\n3,4,\n", true).expect("a record");
    assert_eq!(dialect.field_count, 3);
}

#[test]
fn decimal_commas() {
    told("a,b\n\"1,5\",2\n\"2,5\",3\n", ',', true, true, "a·b");
    told("a,b\n\"1,500\",2\n\"2,500\",3\n", ',', true, false, "a·b");
    told("a;b\n1,500;2\n2,500;3\n", ';', true, true, "a·b");
    told("a;b\n1.500;2\n2.500;3\n", ';', true, false, "a·b");
    told("a;b\n1.500,25;2\n2.500,5;3\n", ';', true, true, "a·b");
    told("a\tb\n1,500\t2\n2,500\t3\n", '\t', true, false, "a·b");
    told("a;b\n1.5;x, y\n2.5;1,2\n3.5;z\n", ';', true, false, "a·b");
}

#[test]
fn nothing_is_told_from_nothing() {
    assert!(sniff(b"", true).is_none());
    assert!(sniff(b"\n\r\n", true).is_none());
    assert!(sniff(b"a,b", false).is_none());
    assert!(sniff(b"a,b", true).is_some());
}
