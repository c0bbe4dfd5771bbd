//! The node that an error names.

use kai_syntax::go_template::{Branch, Command, Item, Operand, Pipeline, Template, Term};

/// A node by its kind and place, which no two of one template share. Cheap to note at every step;
/// how Go prints the node is looked up when an error needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Nothing,
    Call(u32),
    Command(u32),
    Operand(u32),
    Pipeline(u32),
}

impl Place {
    pub(super) fn of(operand: &Operand) -> Self {
        match &operand.term {
            Term::Pipeline(pipeline) => Self::Pipeline(pipeline.start),
            _ => Self::Operand(operand.at),
        }
    }

    pub(super) fn offset(self) -> u32 {
        match self {
            Self::Nothing => 0,
            Self::Call(at) | Self::Command(at) | Self::Operand(at) | Self::Pipeline(at) => at,
        }
    }

    /// The node as Go prints it.
    pub(super) fn context(self, template: &Template) -> String {
        let bodies = template.definitions.iter().map(|it| &it.body).chain([&template.body]);
        bodies.into_iter().find_map(|it| self.in_body(it)).unwrap_or_default()
    }

    fn in_body(self, body: &[Item]) -> Option<String> {
        body.iter().find_map(|item| match item {
            Item::Text { .. } | Item::Break | Item::Continue => None,
            Item::Action(pipeline) => self.in_pipeline(pipeline),
            Item::If(branch) | Item::With(branch) | Item::Range(branch) => self.in_branch(branch),
            Item::Call(call) if self == Self::Call(call.at) => {
                let name = kai_syntax::go_template::quoted(&call.name);
                Some(match &call.pipeline {
                    Some(pipeline) => format!("{{{{template {name} {pipeline}}}}}"),
                    None => format!("{{{{template {name}}}}}"),
                })
            }
            Item::Call(call) => call.pipeline.as_ref().and_then(|it| self.in_pipeline(it)),
        })
    }

    fn in_branch(self, branch: &Branch) -> Option<String> {
        self.in_pipeline(&branch.pipeline)
            .or_else(|| self.in_body(&branch.body))
            .or_else(|| self.in_body(&branch.otherwise))
    }

    fn in_pipeline(self, pipeline: &Pipeline) -> Option<String> {
        if self == Self::Pipeline(pipeline.start) {
            return Some(pipeline.to_string());
        }
        pipeline.commands.iter().find_map(|it| self.in_command(it))
    }

    fn in_command(self, command: &Command) -> Option<String> {
        if self == Self::Command(command.at) {
            return Some(command.to_string());
        }
        command.operands.iter().find_map(|it| self.in_operand(it))
    }

    fn in_operand(self, operand: &Operand) -> Option<String> {
        match &operand.term {
            Term::Pipeline(pipeline) => self.in_pipeline(pipeline),
            _ if self == Self::Operand(operand.at) => Some(operand.to_string()),
            Term::Chain(inner, _) => self.in_operand(inner),
            _ => None,
        }
    }
}
