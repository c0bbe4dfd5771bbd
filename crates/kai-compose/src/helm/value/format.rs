//! Values as `%v` prints them.

use kai_core::OriginId;

use super::{Data, Object, Source, TextBuilder, Value, bounds};

impl Value {
    /// As an action prints it: nothing at all is `<no value>`.
    pub(crate) fn print(&self, out: &mut TextBuilder) {
        match &self.data {
            Data::Missing | Data::Nil => out.push("<no value>", Source::Value(self.origin)),
            _ => self.print_inner(out),
        }
    }

    /// As `%v` prints it; nil is `<nil>`.
    pub(crate) fn print_inner(&self, out: &mut TextBuilder) {
        let source = Source::Value(self.origin);
        match &self.data {
            Data::Missing | Data::Nil => out.push("<nil>", source),
            Data::Bool(value) => out.push(if *value { "true" } else { "false" }, source),
            Data::Int(value, _) => out.push(&value.to_string(), source),
            Data::Unsigned(value) => out.push(&value.to_string(), source),
            Data::Float(value) => out.push(&go_float(*value), source),
            Data::Text(text) => out.push_text(text),
            Data::Bytes(bytes) => {
                let bytes: Vec<_> = bytes.iter().map(u8::to_string).collect();
                out.push(&format!("[{}]", bytes.join(" ")), source);
            }
            Data::List(items, _) => {
                bounds::within(items.len(), || {
                    out.push_plain("[");
                    separated(out, items.iter(), |out, it| it.print_inner(out));
                    out.push_plain("]");
                });
            }
            Data::Map(map) => {
                let map = map.borrow();
                bounds::within(map.len(), || {
                    out.push_plain("map[");
                    separated(out, map.iter(), |out, (key, entry)| {
                        out.push(key, Source::Value(entry.key_origin));
                        out.push_plain(":");
                        entry.value.print_inner(out);
                    });
                    out.push_plain("]");
                });
            }
            Data::Object(object) => print_object(object, source, out),
        }
    }

    /// As `%v` prints it, without sources.
    pub(crate) fn to_plain_string(&self) -> String {
        let mut out = TextBuilder::default();
        self.print_inner(&mut out);
        out.into_parts().0
    }
}

fn print_object(object: &Object, source: Source, out: &mut TextBuilder) {
    match object {
        Object::Struct(it) => match &it.text {
            Some(text) => out.push_plain(text),
            None => {
                out.push_plain(if it.type_name.starts_with('*') { "&{" } else { "{" });
                separated(out, it.fields.iter(), |out, (_, value)| value.print_inner(out));
                out.push_plain("}");
            }
        },
        Object::Time(moment) => {
            let layout = "2006-01-02 15:04:05.999999999 -0700 MST";
            out.push(&crate::helm::functions::format_time(moment, layout), source);
        }
        Object::Files(files) => {
            out.push_plain("map[");
            let mut sorted: Vec<_> = files.iter().collect();
            sorted.sort_by(|a, b| a.name.cmp(&b.name));
            separated(out, sorted.iter(), |out, it| {
                let bytes: Vec<_> = it.bytes.iter().map(u8::to_string).collect();
                out.push_plain(&format!("{}:[{}]", it.name, bytes.join(" ")));
            });
            out.push_plain("]");
        }
        Object::Versions(versions) => {
            out.push("[", Source::Value(OriginId::NONE));
            out.push_plain(&versions.join(" "));
            out.push_plain("]");
        }
    }
}

fn separated<T>(
    out: &mut TextBuilder,
    items: impl Iterator<Item = T>,
    mut print: impl FnMut(&mut TextBuilder, T),
) {
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push_plain(" ");
        }
        print(out, item);
    }
}

/// A float as `%v` prints it: the fewest digits that read back, with an exponent below 1e-4 and
/// from 1e6 on.
pub(crate) fn go_float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.into();
    }
    let shortest = format!("{value:e}");
    let exponent = shortest.split_once('e').and_then(|it| it.1.parse::<i32>().ok());
    match exponent {
        Some(-4..6) => format!("{value}"),
        _ => go_exponent(&shortest),
    }
}

/// `1.5e7` as Go writes it: `1.5e+07`.
pub(super) fn go_exponent(text: &str) -> String {
    let Some((mantissa, exponent)) = text.split_once('e') else { return text.into() };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}
