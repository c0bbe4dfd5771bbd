//! What `type()` prints.

use crate::value::Type;

/// A type, over several lines where it is a tuple or an object.
#[must_use]
pub fn type_text(ty: &Type) -> String {
    let mut text = String::new();
    write(ty, 0, &mut text);
    text
}

fn write(ty: &Type, depth: usize, text: &mut String) {
    let indent = "    ".repeat(depth + 1);
    match ty {
        Type::List(element) | Type::Set(element) | Type::Map(element) => {
            text.push_str(ty.kind());
            text.push('(');
            if element.is_structural() {
                text.push('\n');
                text.push_str(&indent);
                write(element, depth + 1, text);
                text.push_str(",\n");
                text.push_str(&indent[4..]);
            } else {
                write(element, depth, text);
            }
            text.push(')');
        }
        Type::Tuple(elements) => {
            text.push_str("tuple([");
            if !elements.is_empty() {
                text.push('\n');
                for element in elements.iter() {
                    text.push_str(&indent);
                    write(element, depth + 1, text);
                    text.push_str(",\n");
                }
                text.push_str(&indent[4..]);
            }
            text.push_str("])");
        }
        Type::Object(object) => {
            text.push_str("object({");
            if !object.attributes.is_empty() {
                text.push('\n');
                for (name, ty) in &object.attributes {
                    text.push_str(&indent);
                    text.push_str(&format!("{name}: "));
                    write(ty, depth + 1, text);
                    text.push_str(",\n");
                }
                text.push_str(&indent[4..]);
            }
            text.push_str("})");
        }
        other => text.push_str(other.kind()),
    }
}
