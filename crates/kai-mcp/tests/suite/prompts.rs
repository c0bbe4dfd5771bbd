//! What a user may begin with.

use rmcp::ErrorData;
use rmcp::model::{
    ContentBlock, GetPromptResponse, GetPromptResult, JsonObject, Prompt, PromptArgument,
    PromptMessage, Role,
};
use serde_json::Value;

use crate::input_required::{Rounds, form, one};
use crate::resources::{PNG, plain};

/// The one that needs something of the user first.
pub(crate) const ASKS: &str = "test_input_required_result_prompt";

/// Names and arguments.
const PROMPTS: &[(&str, &[&str])] = &[
    ("test_simple_prompt", &[]),
    ("test_prompt_with_arguments", &["arg1", "arg2"]),
    ("test_prompt_with_embedded_resource", &["resourceUri"]),
    ("test_prompt_with_image", &[]),
    (ASKS, &[]),
];

pub(crate) fn listed() -> Vec<Prompt> {
    let argument = |name: &&str| PromptArgument::new(*name).with_required(true);
    let prompts = PROMPTS.iter().map(|(name, arguments)| {
        let arguments = (!arguments.is_empty()).then(|| arguments.iter().map(argument).collect());
        Prompt::new(*name, Some("What the suite asks for"), arguments)
    });
    prompts.collect()
}

pub(crate) fn rounds() -> Rounds {
    Rounds { rounds: vec![one("user_context", form("context"))], is_sealed: false }
}

pub(crate) fn get(name: &str, arguments: &JsonObject) -> Result<GetPromptResponse, ErrorData> {
    let given = |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or_default();
    let content = match name {
        "test_simple_prompt" => ContentBlock::text("This is a simple prompt for testing."),
        "test_prompt_with_arguments" => {
            let (first, second) = (given("arg1"), given("arg2"));
            ContentBlock::text(format!("Prompt with arguments: arg1='{first}', arg2='{second}'"))
        }
        "test_prompt_with_embedded_resource" => ContentBlock::resource(plain(given("resourceUri"))),
        "test_prompt_with_image" => ContentBlock::image(PNG, "image/png"),
        _ => return Err(ErrorData::invalid_params("there is no such prompt", None)),
    };
    let messages = vec![
        PromptMessage::new(Role::User, content),
        PromptMessage::new_text(Role::User, "Please look at it."),
    ];
    Ok(GetPromptResult::new(messages).into())
}

pub(crate) fn said(text: String) -> GetPromptResponse {
    GetPromptResult::new(vec![PromptMessage::new_text(Role::User, text)]).into()
}
