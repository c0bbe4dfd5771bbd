//! Texts that a template engine has yet to fill in.

/// The language of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TemplateKind {
    /// `{{ .Values.image }}`, as Helm and Go programs write it.
    Go,
    /// `{% if %}`, `{{ variable }}`, as Ansible writes it.
    Jinja,
    /// `%{ if }`, `${variable}`, as `templatefile` of Terraform reads it.
    Terraform,
    /// `${VARIABLE}`, as `envsubst` and Flux replace it.
    Envsubst,
}

impl TemplateKind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Go => "Go template",
            Self::Jinja => "Jinja template",
            Self::Terraform => "Terraform template",
            Self::Envsubst => "envsubst template",
        }
    }

    /// The language of a text that does not read as YAML, or none if it is no template.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        if text.contains("{%") {
            return Some(Self::Jinja);
        }
        if text.contains("{{") && text.contains("}}") {
            return Some(Self::Go);
        }
        if text.contains("%{") && text.contains('}') {
            return Some(Self::Terraform);
        }
        (text.contains("${") && text.contains('}')).then_some(Self::Envsubst)
    }
}
