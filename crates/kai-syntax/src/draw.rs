//! Random YAML for property tests: small documents in every style, and small damages.

use std::fmt::Write as _;

/// Numbers from a seed (xorshift).
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % bound
    }

    pub(crate) fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// A document whose root is a mapping with at least one key.
    pub(crate) fn document(&mut self) -> String {
        let mut text = String::new();
        if self.one_in(4) {
            text.push_str("# head\n");
        }
        self.block_map(&mut text, 0, 3);
        text
    }

    fn block_map(&mut self, text: &mut String, indent: usize, depth: usize) {
        for at in 0..1 + self.below(4) {
            if at > 0 {
                text.push_str(&" ".repeat(indent));
            }
            write!(text, "k{at}:").unwrap();
            self.block_value(text, indent, depth);
            if self.one_in(6) {
                writeln!(text, "{}# note", " ".repeat(indent)).unwrap();
            }
        }
    }

    fn block_value(&mut self, text: &mut String, indent: usize, depth: usize) {
        let inner = indent + 2;
        match self.below(if depth == 0 { 4 } else { 8 }) {
            0 => {
                text.push_str(if self.one_in(2) { "" } else { " " });
                self.end_line(text);
            }
            1 => {
                let header = self.pick(&[" |", " |-", " >-", " |+"]);
                let margin = " ".repeat(inner);
                write!(text, "{header}\n{margin}text # no\n\n{margin}  more\n").unwrap();
                text.push_str(if self.one_in(3) { "\n" } else { "" });
            }
            2 => {
                text.push(' ');
                self.flow(text, depth);
                self.end_line(text);
            }
            3 | 4 => {
                write!(text, " {}", self.scalar()).unwrap();
                self.end_line(text);
            }
            5 | 6 => {
                self.end_line(text);
                text.push_str(&" ".repeat(inner));
                self.block_map(text, inner, depth - 1);
            }
            _ => {
                self.end_line(text);
                let indent = if self.one_in(2) { indent } else { inner };
                for _ in 0..1 + self.below(3) {
                    write!(text, "{}-", " ".repeat(indent)).unwrap();
                    if self.one_in(3) {
                        write!(text, " {}", self.scalar()).unwrap();
                        self.end_line(text);
                    } else {
                        text.push(' ');
                        self.block_map(text, indent + 2, depth - 1);
                    }
                }
            }
        }
    }

    fn flow(&mut self, text: &mut String, depth: usize) {
        if depth == 0 || self.one_in(3) {
            text.push_str(self.scalar());
        } else if self.one_in(3) {
            text.push('[');
            for at in 0..self.below(3) {
                text.push_str(if at > 0 { ", " } else { "" });
                self.flow(text, depth - 1);
            }
            text.push(']');
        } else {
            text.push('{');
            let count = self.below(4);
            for at in 0..count {
                text.push_str(if at > 0 { ", " } else { "" });
                write!(text, "f{at}: ").unwrap();
                self.flow(text, depth - 1);
            }
            text.push_str(if count > 0 && self.one_in(4) { " , }" } else { "}" });
        }
    }

    fn scalar(&mut self) -> &'static str {
        self.pick(&[
            "1",
            "x",
            "true",
            "'it''s'",
            "\"a\\nb\"",
            "~",
            "two words",
            "8080",
            "'#'",
            "\"{\"",
            "a:b",
            "0755",
            "\"\u{e9}\"",
            "-1",
            "''",
        ])
    }

    fn end_line(&mut self, text: &mut String) {
        text.push_str(self.pick(&["\n", "\n", "\n", " # note\n", "\n\n"]));
    }

    /// Changes some bytes, keeping the text UTF-8.
    pub(crate) fn damage(&mut self, text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..1 + self.below(4) {
            let at = self.below(bytes.len().max(1));
            let byte = self.pick(b"{}[]:,-?&*!|>'\"%@`# \t\r\n~<=.\0a1\\");
            match self.below(4) {
                0 if at < bytes.len() => drop(bytes.remove(at)),
                1 => bytes.truncate(at),
                2 if at < bytes.len() => bytes[at] = byte,
                _ => bytes.insert(at.min(bytes.len()), byte),
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
