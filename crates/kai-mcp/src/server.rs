//! The handler of the protocol around the answers.

use std::sync::Arc;

use rmcp::model::{
    CacheScope, CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock,
    GetPromptRequestParams, GetPromptResponse, Implementation, ListPromptsResult,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
    ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult, Resource,
    ResourceContents, ResourceTemplate, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::{Value, json};

use crate::{Answers, Arguments, Kept as _, prompts};

const REPORT: &str = "kai://report";
const EVIDENCE: &str = "kai://evidence/";
/// More links than a client would follow.
const LINKED: usize = 10;

/// What Kai serves: tools that only read, what they answer as resources, and what to begin with.
#[derive(Clone)]
pub struct Server {
    answers: Arc<dyn Answers>,
}

impl Server {
    /// A server of these answers.
    #[must_use]
    pub fn new(answers: Arc<dyn Answers>) -> Self {
        Self { answers }
    }

    /// The answer of a tool, thought about beside the connection.
    async fn answer(&self, tool: String, arguments: Arguments) -> Result<Value, String> {
        let answers = Arc::clone(&self.answers);
        let thinking = tokio::task::spawn_blocking(move || answers.answer(&tool, &arguments));
        // What panicked is said, and the next question is heard.
        thinking
            .await
            .unwrap_or_else(|_| Err("Kai failed at this; other questions still work".to_owned()))
    }
}

fn listed(tool: crate::Tool) -> Tool {
    let annotations = ToolAnnotations::new()
        .read_only(true)
        .destructive(false)
        .idempotent(true)
        .open_world(false);
    Tool::new(tool.name, tool.about, Arc::new(object(tool.input)))
        .with_title(tool.title)
        .with_raw_output_schema(Arc::new(object(tool.output)))
        .with_annotations(annotations)
}

fn object(value: Value) -> Arguments {
    match value {
        Value::Object(it) => it,
        _ => Arguments::new(),
    }
}

/// Links to the evidence of findings, and of what an answer rests on.
fn links(answer: &Value) -> Vec<ContentBlock> {
    let lists = ["findings", "evidence"]
        .iter()
        .filter_map(|it| answer.get(it).and_then(Value::as_array))
        .flatten();
    let found = lists.chain(answer.get("finding"));
    let ids = found.filter_map(|it| {
        Some((it.get("id")?.as_str()?, it.get("title").or(it.get("text"))?.as_str()?))
    });
    ids.take(LINKED)
        .map(|(id, title)| {
            let id = id.trim_start_matches("E-");
            let resource = Resource::new(format!("{EVIDENCE}E-{id}"), format!("E-{id}"))
                .with_description(title)
                .with_mime_type("application/json");
            ContentBlock::resource_link(resource)
        })
        .collect()
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_resources()
            .enable_prompts()
            .build();
        ServerConfig::new(capabilities)
            .with_server_info(Implementation::new("kai", env!("CARGO_PKG_VERSION")))
            .with_instructions("A senior site reliability engineer over the configuration of one repository. Begin with kai_review. What is not found is not declared here.")
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = self.answers.tools().into_iter().map(listed).collect();
        Ok(ListToolsResult { tools, ..Default::default() }.kept())
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let name = request.name.to_string();
        if !self.answers.tools().iter().any(|it| it.name == name) {
            return Err(ErrorData::invalid_params(format!("there is no tool `{name}`"), None));
        }
        let result = match self.answer(name, request.arguments.unwrap_or_default()).await {
            Ok(answer) => {
                let text = ContentBlock::text(answer.to_string());
                let content = std::iter::once(text).chain(links(&answer)).collect();
                let mut result = CallToolResult::success(content);
                result.structured_content = Some(answer);
                result
            }
            Err(reason) => CallToolResult::error(vec![ContentBlock::text(reason)]),
        };
        Ok(result.into())
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let report = Resource::new(REPORT, "report")
            .with_description("The review of the whole system")
            .with_mime_type("application/json");
        Ok(ListResourcesResult { resources: vec![report], ..Default::default() }.kept())
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let evidence = ResourceTemplate::new(format!("{EVIDENCE}{{id}}"), "evidence")
            .with_description("A fact that an answer rests on, and where it stands")
            .with_mime_type("application/json");
        Ok(ListResourceTemplatesResult { resource_templates: vec![evidence], ..Default::default() }
            .kept())
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let uri = request.uri;
        let answer = match uri.strip_prefix(EVIDENCE) {
            Some(id) => {
                self.answer(
                    "kai_evidence".to_owned(),
                    Arguments::from_iter([("id".to_owned(), json!(id))]),
                )
                .await
            }
            None if uri == REPORT => self.answer("kai_review".to_owned(), Arguments::new()).await,
            None => Err("there is no such resource".to_owned()),
        };
        let answer = answer
            .map_err(|reason| ErrorData::resource_not_found(reason, Some(json!({ "uri": uri }))))?;
        let contents =
            ResourceContents::text(answer.to_string(), uri).with_mime_type("application/json");
        // Files change under it.
        Ok(ReadResourceResult::new(vec![contents])
            .with_ttl_ms(0)
            .with_cache_scope(CacheScope::Private)
            .into())
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult { prompts: prompts::prompts(), ..Default::default() }.kept())
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        match prompts::prompt(&request.name, request.arguments.as_ref()) {
            Some(Ok(it)) => Ok(it.into()),
            Some(Err(reason)) => Err(ErrorData::invalid_params(reason, None)),
            None => Err(ErrorData::invalid_params(
                format!("there is no prompt `{}`", request.name),
                None,
            )),
        }
    }
}
