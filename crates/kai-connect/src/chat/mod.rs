//! Chat completions: OpenAI's form, which many others speak.

mod calls;
mod encode;
mod reasoning;
mod turn;

pub(crate) use encode::encode;
pub(crate) use turn::{Turn, whole};
