//! Components as JSON. Enter: anything that serde can take apart. Leave: JSON text.
//!
//! # Decisions
//! Not serde_json: its way of writing numbers brings a table of powers that is as large as a whole view, and
//! numbers of charts are rounded to a few decimals before they come here. What charming does not use (bytes, maps
//! with keys that are no text) is refused rather than guessed.

use std::fmt::{self, Display, Write as _};

use serde::Serialize;
use serde::ser::{self, Impossible};

/// What cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

impl Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a part of a chart")
    }
}

impl std::error::Error for Refused {}

impl ser::Error for Refused {
    fn custom<T: Display>(_why: T) -> Self {
        Self
    }
}

/// The JSON of a value; `null` of what is refused.
#[must_use]
pub fn json<T: Serialize + ?Sized>(value: &T) -> String {
    let mut out = Out(String::new());
    match value.serialize(&mut out) {
        Ok(()) => out.0,
        Err(Refused) => "null".to_owned(),
    }
}

/// Text under way.
struct Out(String);

impl Out {
    fn text(&mut self, text: &str) {
        self.0.push('"');
        for letter in text.chars() {
            match letter {
                '"' | '\\' => {
                    self.0.push('\\');
                    self.0.push(letter);
                }
                '\0'..='\x1f' => {
                    // Writing to a string cannot fail.
                    let _ = write!(self.0, "\\u{:04x}", u32::from(letter));
                }
                _ => self.0.push(letter),
            }
        }
        self.0.push('"');
    }

    fn number(&mut self, number: f64) {
        if number.is_finite() {
            let _ = write!(self.0, "{number}");
        } else {
            self.0.push_str("null");
        }
    }

    fn open(&mut self, open: &str, close: &'static str) -> Members<'_> {
        self.0.push_str(open);
        Members { out: self, close, first: true }
    }

    /// A variant with content: `{"name":`, closed by the members.
    fn variant(&mut self, name: &str, open: &str, close: &'static str) -> Members<'_> {
        self.0.push('{');
        self.text(name);
        self.0.push(':');
        self.open(open, close)
    }
}

/// Elements or members under way.
struct Members<'a> {
    out: &'a mut Out,
    close: &'static str,
    first: bool,
}

impl Members<'_> {
    fn part(&mut self) {
        if !self.first {
            self.out.0.push(',');
        }
        self.first = false;
    }

    fn member<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Refused> {
        self.part();
        self.out.text(name);
        self.out.0.push(':');
        value.serialize(&mut *self.out)
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        self.part();
        value.serialize(&mut *self.out)
    }

    fn closed(self) {
        self.out.0.push_str(self.close);
    }
}

/// Methods that take whole numbers, all alike.
macro_rules! whole {
    ($($name:ident: $kind:ty),*) => {
        $(fn $name(self, value: $kind) -> Result<(), Refused> {
            let _ = write!(self.0, "{value}");
            Ok(())
        })*
    };
}

impl<'a> ser::Serializer for &'a mut Out {
    type Ok = ();
    type Error = Refused;
    type SerializeSeq = Members<'a>;
    type SerializeTuple = Members<'a>;
    type SerializeTupleStruct = Members<'a>;
    type SerializeTupleVariant = Members<'a>;
    type SerializeMap = Impossible<(), Refused>;
    type SerializeStruct = Members<'a>;
    type SerializeStructVariant = Members<'a>;

    whole!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_u8: u8,
        serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_bool: bool
    );

    fn serialize_f32(self, value: f32) -> Result<(), Refused> {
        self.number(f64::from(value));
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Refused> {
        self.number(value);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Refused> {
        self.text(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Refused> {
        self.text(value);
        Ok(())
    }

    fn serialize_bytes(self, _value: &[u8]) -> Result<(), Refused> {
        Err(Refused)
    }

    fn serialize_none(self) -> Result<(), Refused> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Refused> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Refused> {
        self.0.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), Refused> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), Refused> {
        self.text(variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), Refused> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Refused> {
        self.0.push('{');
        self.text(variant);
        self.0.push(':');
        value.serialize(&mut *self)?;
        self.0.push('}');
        Ok(())
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<Members<'a>, Refused> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple(self, _len: usize) -> Result<Members<'a>, Refused> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        _len: usize,
    ) -> Result<Members<'a>, Refused> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Members<'a>, Refused> {
        Ok(self.variant(variant, "[", "]}"))
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Self::SerializeMap, Refused> {
        Err(Refused)
    }

    fn serialize_struct(
        self,
        _name: &'static str,
        _len: usize,
    ) -> Result<Members<'a>, Refused> {
        Ok(self.open("{", "}"))
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Members<'a>, Refused> {
        Ok(self.variant(variant, "{", "}}"))
    }
}

/// Compound kinds whose parts are elements.
macro_rules! elements {
    ($($kind:ident: $part:ident),*) => {
        $(impl ser::$kind for Members<'_> {
            type Ok = ();
            type Error = Refused;

            fn $part<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
                self.element(value)
            }

            fn end(self) -> Result<(), Refused> {
                self.closed();
                Ok(())
            }
        })*
    };
}

elements!(
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field
);

/// Compound kinds whose parts have names.
macro_rules! members {
    ($($kind:ident),*) => {
        $(impl ser::$kind for Members<'_> {
            type Ok = ();
            type Error = Refused;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Refused> {
                self.member(name, value)
            }

            fn end(self) -> Result<(), Refused> {
                self.closed();
                Ok(())
            }
        })*
    };
}

members!(SerializeStruct, SerializeStructVariant);

#[cfg(test)]
mod tests {
    use super::json;
    use serde::Serialize;

    #[derive(Serialize)]
    enum Shape {
        Dot,
        Line(f64),
        Box { wide: u8, high: Option<u8> },
        Pair(i8, &'static str),
    }

    #[derive(Serialize)]
    struct Whole {
        name: &'static str,
        shapes: Vec<Shape>,
        at: (f64, f64),
        none: Option<bool>,
        is_on: bool,
        nothing: f64,
    }

    #[test]
    fn it_is_what_serde_json_writes() {
        let whole = Whole {
            name: "a \"quoted\" \\ name\n – ü",
            shapes: vec![
                Shape::Dot,
                Shape::Line(-0.125),
                Shape::Box { wide: 1, high: None },
                Shape::Pair(-3, "é"),
            ],
            at: (85.2, 1e-7),
            none: None,
            is_on: true,
            nothing: f64::NAN,
        };
        let ours: serde_json::Value =
            serde_json::from_str(&json(&whole)).expect("valid JSON");
        assert_eq!(ours, serde_json::to_value(&whole).expect("valid JSON"));
        assert_eq!(json(&Vec::<u8>::new()), "[]");
    }

    #[test]
    fn what_no_chart_has_is_refused() {
        let map = std::collections::BTreeMap::from([("a", 1)]);
        assert_eq!(json(&map), "null");
    }
}
