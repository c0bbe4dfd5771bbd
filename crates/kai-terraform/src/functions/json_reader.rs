//! JSON to values, with the messages of Go's decoder.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use crate::value::{Number, Type, Value};

/// Go refuses deeper ones far later; nothing that is applied is this deep.
const DEPTH_MAX: usize = 500;

const VALUE: &str = " looking for beginning of value";

pub(super) struct JsonReader<'t> {
    text: &'t str,
    at: usize,
}

type Read<T> = Result<T, String>;

impl JsonReader<'_> {
    pub(super) fn read(text: &str) -> Read<Value> {
        let mut reader = JsonReader { text, at: 0 };
        let value = reader.value(0)?;
        reader.space();
        match reader.peek() {
            None => Ok(value),
            Some(_) => Err("extraneous data after JSON object".into()),
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn take(&mut self, it: char) -> bool {
        self.space();
        let is_there = self.peek() == Some(it);
        self.at += usize::from(is_there);
        is_there
    }

    fn unexpected<T>(&self, context: &str) -> Read<T> {
        match self.peek() {
            None => Err("EOF".into()),
            Some('\'') => Err(format!("invalid character '\\''{context}")),
            Some(it) => {
                let shown = it.escape_default().to_string();
                let shown = if it.is_ascii() && it != '"' { shown } else { it.to_string() };
                Err(format!("invalid character '{shown}'{context}"))
            }
        }
    }

    fn value(&mut self, depth: usize) -> Read<Value> {
        self.space();
        if depth > DEPTH_MAX {
            return Err("exceeded max depth".into());
        }
        match self.peek() {
            Some('{') => self.object(depth),
            Some('[') => self.array(depth),
            Some('"') => self.string().map(Value::string),
            Some('t') => self.word("true", Value::bool(true)),
            Some('f') => self.word("false", Value::bool(false)),
            Some('n') => self.word("null", Value::null(Type::Dynamic)),
            Some('-' | '0'..='9') => self.number(),
            _ => self.unexpected(VALUE),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Read<Value> {
        for it in word.chars() {
            if self.peek() != Some(it) {
                return self.unexpected(&format!(" in literal {word} (expecting '{it}')"));
            }
            self.at += 1;
        }
        Ok(value)
    }

    fn array(&mut self, depth: usize) -> Read<Value> {
        self.at += 1;
        let mut elements = Vec::new();
        if !self.take(']') {
            loop {
                elements.push(self.value(depth + 1)?);
                if self.take(']') {
                    break;
                }
                if !self.take(',') {
                    return self.unexpected(" after array element");
                }
            }
        }
        Ok(Value::tuple(elements))
    }

    fn object(&mut self, depth: usize) -> Read<Value> {
        self.at += 1;
        let mut attributes: BTreeMap<SmolStr, Value> = BTreeMap::new();
        if !self.take('}') {
            loop {
                self.space();
                if self.peek() != Some('"') {
                    return self.unexpected("");
                }
                let key = self.string()?;
                if !self.take(':') {
                    return self.unexpected(" after object key");
                }
                let value = self.value(depth + 1)?;
                let normal = Value::string(key);
                let key = SmolStr::new(normal.as_str().unwrap_or_default());
                if attributes.insert(key.clone(), value).is_some() {
                    return Err(format!("duplicate {:?} property in JSON object", key.as_str()));
                }
                if self.take('}') {
                    break;
                }
                if !self.take(',') {
                    return self.unexpected(" after object key:value pair");
                }
            }
        }
        Ok(Value::object(attributes))
    }

    fn number(&mut self) -> Read<Value> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some('-'));
        if self.peek() == Some('0') {
            self.at += 1;
        } else {
            self.digits(" in numeric literal")?;
        }
        if self.peek() == Some('.') {
            self.at += 1;
            self.digits(" after decimal point in numeric literal")?;
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some('+' | '-')));
            self.digits(" in exponent of numeric literal")?;
        }
        let number = Number::parse(&self.text[start..self.at]);
        number.map(Value::number).ok_or_else(|| "the number is too large to be read".into())
    }

    fn digits(&mut self, context: &str) -> Read<()> {
        let count = self.text[self.at..].bytes().take_while(u8::is_ascii_digit).count();
        if count == 0 {
            return self.unexpected(context);
        }
        self.at += count;
        Ok(())
    }

    fn string(&mut self) -> Read<String> {
        self.at += 1;
        let mut content = String::new();
        loop {
            match self.peek() {
                None => return Err("unexpected EOF".into()),
                Some('"') => {
                    self.at += 1;
                    return Ok(content);
                }
                Some('\\') => content.push(self.escape()?),
                Some('\0'..='\u{1f}') => return self.unexpected(" in string literal"),
                Some(it) => {
                    content.push(it);
                    self.at += it.len_utf8();
                }
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        self.at += 1;
        let it = match self.peek() {
            Some('u') => return self.code_point(),
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some(it @ ('"' | '\\' | '/')) => it,
            None => return Err("unexpected EOF".into()),
            Some(_) => return self.unexpected(" in string escape code"),
        };
        self.at += 1;
        Ok(it)
    }

    /// Half a surrogate pair stands for the character that replaces what cannot be read.
    fn code_point(&mut self) -> Read<char> {
        let unit = |at: usize| {
            let digits = self.text.get(at..at + 4)?;
            let is_hexadecimal = digits.bytes().all(|it| it.is_ascii_hexdigit());
            u16::from_str_radix(digits, 16).ok().filter(|_| is_hexadecimal)
        };
        let start = self.at + 1;
        let Some(first) = unit(start) else {
            self.at += 1;
            return self.unexpected(" in \\u hexadecimal character escape");
        };
        let is_pair = self.text.get(start + 4..start + 6) == Some("\\u");
        let second = if is_pair { unit(start + 6) } else { None };
        let mut units = char::decode_utf16([Some(first), second].into_iter().flatten());
        let it = units.next().and_then(Result::ok).unwrap_or(char::REPLACEMENT_CHARACTER);
        self.at = start + if it.len_utf16() == 2 { 10 } else { 4 };
        Ok(it)
    }
}
