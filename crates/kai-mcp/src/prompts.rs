//! What a user may begin with.

use rmcp::model::{GetPromptResult, JsonObject, Prompt, PromptArgument, PromptMessage, Role};

struct Template {
    name: &'static str,
    /// What it is for.
    about: &'static str,
    /// Its name, and what it says.
    argument: Option<(&'static str, &'static str)>,
    /// `{}` stands for the argument.
    text: &'static str,
}

const PROMPTS: &[Template] = &[
    Template {
        name: "harden_by_blast_radius",
        about: "The steps that make the system harder, largest blast radius first",
        argument: None,
        text: "Call `kai_review`, then page through `kai_findings`. Give a numbered list of steps to harden this system, ordered by blast radius. Every step: the file and line, the change, the command that verifies it, and the evidence id. Group findings that one change mends. Begin with what is solid, so that nobody breaks it.",
    },
    Template {
        name: "incident_triage",
        about: "From a symptom to hypotheses and safe mitigations",
        argument: Some(("symptom", "What is seen, and since when.")),
        text: "An incident. The symptom: {}.\nFind the journey that suffers with `kai_graph`, follow `kai_component` to what it needs, and compare with `kai_diff` against the revision that ran before. Give at most three hypotheses, each with the observation that would refute it and a command that only reads. Propose mitigations from the safest on; a human runs them. Say what you know and what you assume.",
    },
    Template {
        name: "postmortem",
        about: "A blameless review of an incident",
        argument: Some(("incident", "What happened, in a sentence or two.")),
        text: "Write a blameless post-mortem of this: {}.\nUse `kai_blast_radius`, `kai_detection` and `kai_recovery` for the components involved. Sections: summary, impact on journeys, timeline (blanks where times are not known), what failed and why it could, how it was noticed, how it was recovered, what went well, actions with owner left blank, each with the finding that it closes and how to verify it. Invent no time, person or number.",
    },
    Template {
        name: "production_readiness_review",
        about: "Whether a service or the whole system is ready for production",
        argument: Some(("scope", "A component or environment; everything if left out.")),
        text: "Review production readiness. Scope: {}.\nCall `kai_review`, and for components of the scope `kai_component`, `kai_blast_radius`, `kai_detection` and `kai_recovery`. Go through single points of failure, recovery, deployment safety, observability, security, scaling, operational readiness and cost; for each say solid, at risk or not declared here, with the line that shows it. Then the verdict, and the steps to get ready by blast radius, each with its verification.",
    },
    Template {
        name: "what_breaks_if",
        about: "What fails with a component, who notices, how it comes back",
        argument: Some(("component", "Its name, such as `Deployment/ledger`.")),
        text: "What breaks if {} fails or changes?\nCall `kai_blast_radius`, `kai_component`, `kai_detection` and `kai_recovery` for it. Say which journeys stop, which get worse, what fails with it, who would be told and after how long, how it comes back, and the one change that makes the radius smaller with its verification. Cite lines; where Kai does not know, say so.",
    },
];

pub(crate) fn prompts() -> Vec<Prompt> {
    PROMPTS
        .iter()
        .map(|it| {
            let arguments = it.argument.map(|(name, about)| {
                vec![
                    PromptArgument::new(name)
                        .with_description(about)
                        .with_required(name != "scope"),
                ]
            });
            Prompt::new(it.name, Some(it.about), arguments)
        })
        .collect()
}

/// Nothing for a name that there is not; an error where its argument is missing.
pub(crate) fn prompt(
    name: &str,
    arguments: Option<&JsonObject>,
) -> Option<Result<GetPromptResult, String>> {
    let Template { argument, text, .. } = PROMPTS.iter().find(|it| it.name == name)?;
    let given = argument.and_then(|(name, _)| arguments?.get(name)?.as_str().map(str::to_owned));
    let text = match (argument, given) {
        (Some((name, _)), None) if *name != "scope" => {
            return Some(Err(format!("`{name}` is missing")));
        }
        (_, given) => text.replace("{}", given.as_deref().unwrap_or("the whole system")),
    };
    Some(Ok(GetPromptResult::new(vec![PromptMessage::new_text(Role::User, text)])))
}
