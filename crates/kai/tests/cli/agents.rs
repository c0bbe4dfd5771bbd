//! Coding agents: the hook, the files, the server.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use kai_testing::{judged_by_mcp_suite, recorded, say, skipped};
use serde_json::{Value, json};

use crate::run::{empty_folder, kai, repository, write};

const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: { name: db }\nstringData: { password: not-for-agents }\n";

#[track_caller]
fn hook(folder: &Path, request: &str) -> Value {
    let ran = kai(folder, &["hook", "pretooluse", "--within", "60000"], Some(request.as_bytes()));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    serde_json::from_str(&ran.stdout).expect("the answer is JSON")
}

#[test]
fn the_hook_tells_what_a_command_reaches() {
    let request = |command: &str| {
        json!({ "tool_name": "Bash", "tool_input": { "command": command } }).to_string()
    };
    let folder = repository().join("examples/payments");
    let answer = hook(&folder, &request("kubectl -n payments delete deploy/checkout"));
    let output = &answer["hookSpecificOutput"];
    assert_eq!(output["hookEventName"], "PreToolUse");
    assert_ne!(output["permissionDecision"], "allow");
    let reason = output["permissionDecisionReason"].as_str().unwrap();
    assert!(reason.contains("Deployment/checkout") && reason.contains("pay.example"), "{reason}");
    assert_eq!(hook(&folder, &request("kubectl get pods")), json!({}));
    assert_eq!(hook(&folder, "not JSON")["hookSpecificOutput"]["permissionDecision"], "ask");
}

#[test]
fn what_is_exported_is_right_and_replaces_nothing() {
    let folder = empty_folder("export");
    for bundle in ["claude-plugin", "claude-agent", "cursor", "codex", "agents-md"] {
        let to = folder.join(bundle);
        let to = to.to_str().unwrap();
        assert_eq!(kai(&folder, &["export", bundle, to], None).code, Some(0));
        let again = kai(&folder, &["export", bundle, to], None);
        assert!(again.stderr.contains("every file is there already"), "{again:?}");
        let lint = kai(&folder, &["agent", "lint", to], None);
        assert_eq!((lint.code, lint.stdout.as_str()), (Some(0), ""));
    }
    write(&folder, "agents-md/AGENTS.md", "mine\n");
    let refused = kai(&folder, &["export", "agents-md", "agents-md"], None);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert_eq!(std::fs::read_to_string(folder.join("agents-md/AGENTS.md")).unwrap(), "mine\n");
    assert_eq!(kai(&folder, &["export", "agents-md", "agents-md", "--force"], None).code, Some(0));
    write(&folder, "agents/a.md", "---\nname: a\ndescription: x\ntools: Raed\n---\ntext\n");
    let lint = kai(&folder, &["agent", "lint", "agents/a.md"], None);
    assert_eq!(lint.code, Some(1));
    assert!(
        lint.stdout.starts_with("agents/a.md:4: `Raed` is no tool; did you mean `Read`?"),
        "{}",
        lint.stdout
    );
}

/// A server and the pipes to it.
pub(crate) struct Served {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    count: u64,
}

impl Served {
    fn start(folder: &Path) -> Self {
        Self::start_with(folder, None)
    }

    /// The same with a runtime folder of the user.
    pub(crate) fn start_with(folder: &Path, runtime: Option<&Path>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kai"));
        command.arg("mcp").arg(folder).env("KAI_CACHE", "").env_remove("XDG_RUNTIME_DIR");
        command.envs(runtime.map(|it| ("XDG_RUNTIME_DIR", it)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the binary was built with this test");
        let to = child.stdin.take().expect("a pipe");
        let from = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut served = Self { child, to, from, count: 0 };
        let client = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "test", "version": "0" } });
        served.ask("initialize", &client);
        served.say(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        served
    }

    fn say(&mut self, message: &Value) {
        writeln!(self.to, "{message}").expect("the server reads");
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.count += 1;
        let id = self.count;
        self.say(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let mut line = String::new();
            assert_ne!(
                self.from.read_line(&mut line).expect("the server writes"),
                0,
                "it has ended"
            );
            let answer: Value = serde_json::from_str(&line).expect("a line is JSON");
            if answer["id"] == id {
                return answer;
            }
        }
    }

    fn tool(&mut self, name: &str, arguments: &Value) -> Value {
        let answer = self.ask("tools/call", &json!({ "name": name, "arguments": arguments }));
        answer["result"].clone()
    }

    /// Ends it from outside, as nobody should.
    #[cfg(unix)]
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    pub(crate) fn stop(mut self) {
        drop(self.to);
        assert!(self.child.wait().expect("it ends").success());
    }
}

#[test]
fn a_client_lists_and_calls_every_tool() {
    let mut served = Served::start(&repository().join("examples/payments"));
    let listed = served.ask("tools/list", &json!({}));
    let size = listed.to_string().len();
    assert!(size < 24 << 10, "tools/list has {size} bytes");
    let tools: Vec<String> = listed["result"]["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            assert_eq!(it["annotations"]["readOnlyHint"], true);
            it["name"].as_str().unwrap().to_owned()
        })
        .collect();
    let first = served.tool("kai_findings", &json!({ "limit": 2 }));
    assert_eq!(first["structuredContent"]["findings"].as_array().unwrap().len(), 2);
    let next = served.tool(
        "kai_findings",
        &json!({ "limit": 2, "cursor": first["structuredContent"]["next_cursor"] }),
    );
    assert_eq!(next["structuredContent"]["findings"][0]["rank"], 3);
    let id = first["structuredContent"]["findings"][0]["id"].as_str().unwrap().to_owned();
    let link = first["content"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["type"] == "resource_link")
        .unwrap();
    let read = served.ask("resources/read", &json!({ "uri": link["uri"] }));
    assert!(read["result"]["contents"][0]["text"].as_str().unwrap().contains(&id), "{read}");
    let component = json!({ "component": "Deployment/checkout" });
    for tool in &tools {
        let arguments = match tool.as_str() {
            "kai_ask" => json!({ "question": "what breaks if checkout fails?" }),
            "kai_blast_radius" | "kai_component" | "kai_detection" | "kai_recovery" => {
                component.clone()
            }
            "kai_break" => json!({ "scenario": "node=*" }),
            // The repository of this project has a first revision only where git is.
            "kai_diff" => continue,
            "kai_evidence" | "kai_finding" => json!({ "id": id }),
            "kai_render" => json!({ "path": "overlays/production" }),
            _ => json!({}),
        };
        let result = served.tool(tool, &arguments);
        assert_ne!(result["isError"], true, "{tool}: {result}");
        let structured = &result["structuredContent"];
        let schema = listed["result"]["tools"]
            .as_array()
            .unwrap()
            .iter()
            .find(|it| it["name"] == **tool)
            .unwrap();
        for field in schema["outputSchema"]["required"].as_array().unwrap() {
            assert!(
                structured.get(field.as_str().unwrap()).is_some(),
                "{tool} lacks {field}: {structured}"
            );
        }
    }
    served.stop();
}

#[test]
fn a_client_reads_nothing_outside_and_no_secret() {
    let folder = empty_folder("served");
    write(&folder, "root/app/secret.yaml", SECRET);
    write(&folder, "root/app/kustomization.yaml", "resources: [secret.yaml]\n");
    write(&folder, "other/kustomization.yaml", "resources: []\n");
    let mut served = Served::start(&folder.join("root"));
    let rendered = served.tool("kai_render", &json!({ "path": "app" })).to_string();
    assert!(
        rendered.contains("kind: Secret") && !rendered.contains("not-for-agents"),
        "{rendered}"
    );
    assert!(!rendered.contains("bm90LWZvci1hZ2VudHM"), "{rendered}");
    for path in ["../other", "/", "app/../../other"] {
        assert_eq!(served.tool("kai_render", &json!({ "path": path }))["isError"], true, "{path}");
    }
    for base in ["../other", "/etc", "--output=x", ""] {
        assert_eq!(served.tool("kai_diff", &json!({ "base": base }))["isError"], true, "{base}");
    }
    // What changes is read anew.
    let count = |served: &mut Served| {
        served.tool("kai_graph", &json!({}))["structuredContent"]["total"].clone()
    };
    let before = count(&mut served);
    write(
        &folder,
        "root/app/more.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: more }\n",
    );
    write(&folder, "root/app/kustomization.yaml", "resources: [secret.yaml, more.yaml]\n");
    assert_ne!(count(&mut served), before);
    served.stop();
}

#[test]
fn what_is_read_and_not_listed_is_read_anew_when_it_changes() {
    let map =
        |name: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: {name} }}\n");
    let folder = empty_folder("served-hidden");
    write(&folder, "app/kustomization.yaml", "resources: [../.base]\n");
    write(&folder, ".base/kustomization.yaml", "resources: [map.yaml]\n");
    write(&folder, ".base/map.yaml", map("first"));
    let mut served = Served::start(&folder);
    let names = |served: &mut Served| served.tool("kai_graph", &json!({})).to_string();
    let before = names(&mut served);
    assert!(before.contains("first"), "{before}");
    assert_eq!(names(&mut served), before);
    write(&folder, ".base/map.yaml", map("other"));
    let after = names(&mut served);
    assert!(after.contains("other") && !after.contains("first"), "{after}");
    // What was missing and is there now.
    write(&folder, ".base/kustomization.yaml", "resources: [map.yaml, more.yaml]\n");
    names(&mut served);
    write(&folder, ".base/more.yaml", map("third"));
    let all = names(&mut served);
    assert!(all.contains("other") && all.contains("third"), "{all}");
    served.stop();
}

#[test]
fn what_was_played_is_told_again_until_a_file_changes() {
    let folder = empty_folder("served-played");
    let app = |replicas: u8| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: web }}\nspec:\n  replicas: {replicas}\n  selector: {{ matchLabels: {{ app: web }} }}\n  template:\n    metadata: {{ labels: {{ app: web }} }}\n    spec: {{ containers: [{{ name: web, image: registry.example/web:1 }}] }}\n"
        )
    };
    write(&folder, "app.yaml", app(1));
    let mut served = Served::start(&folder);
    let mut played = || {
        let arguments = json!({ "scenario": "pod=*" });
        served.tool("kai_break", &arguments)["structuredContent"].clone()
    };
    let first = played();
    assert_eq!(played(), first);
    write(&folder, "app.yaml", app(12));
    let changed = played();
    assert_eq!(changed["schema"], first["schema"]);
    assert_ne!(changed, first);
    served.stop();
}

/// So many workloads, each of which needs the next.
fn row(count: usize) -> String {
    let one = |it: usize| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: app-{it}, namespace: shop }}\nspec:\n  selector: {{ matchLabels: {{ app: app-{it} }} }}\n  template:\n    metadata: {{ labels: {{ app: app-{it} }} }}\n    spec: {{ containers: [{{ name: web, image: registry.example/web:1, env: [{{ name: NEXT, value: \"http://app-{}.shop\" }}] }}] }}\n---\napiVersion: v1\nkind: Service\nmetadata: {{ name: app-{it}, namespace: shop }}\nspec: {{ selector: {{ app: app-{it} }}, ports: [{{ port: 80 }}] }}\n---\n",
            it + 1
        )
    };
    (0..count).map(one).collect()
}

#[test]
fn what_an_answer_cites_in_a_large_system_is_found_again_after_an_edit() {
    let folder = empty_folder("served-large");
    write(&folder, "row.yaml", row(300));
    let mut served = Served::start(&folder);
    let question = json!({ "question": "what breaks if app-200 fails?" });
    let cited = served.tool("kai_ask", &question)["structuredContent"]["evidence"].clone();
    let cited = cited.as_array().expect("it is a list");
    assert!(
        cited.iter().any(|it| it["kind"] == "path" && it["details"][20] == "and 380 more arrows"),
        "{cited:?}"
    );
    let mut check = || {
        for it in cited {
            let found = served.tool("kai_evidence", &json!({ "id": it["id"] }));
            assert_eq!(found["structuredContent"]["text"], it["text"], "{found}");
        }
    };
    check();
    write(&folder, "row.yaml", format!("# one line more\n{}", row(300)));
    check();
    let unknown = served.tool("kai_evidence", &json!({ "id": "E-00000000deadbeef" }));
    assert_eq!(unknown["isError"], true, "{unknown}");
    served.stop();
}

#[test]
fn what_is_played_is_paged_and_its_long_lists_are_cut() {
    let folder = empty_folder("served-paged");
    write(&folder, "row.yaml", row(90));
    let mut served = Served::start(&folder);
    let mut page = |cursor: &Value| {
        let arguments = json!({ "scenario": "zone=*", "limit": 1, "cursor": cursor });
        served.tool("kai_break", &arguments)["structuredContent"].clone()
    };
    let first = page(&json!("0"));
    assert_eq!(first["total"], 3, "{first}");
    let [outcome] = first["scenarios"].as_array().unwrap().as_slice() else { panic!("{first}") };
    assert_eq!(outcome["workloads"].as_array().unwrap().len(), 20);
    assert!(outcome["totals"]["workloads"].as_u64().unwrap() > 20, "{outcome}");
    let next = page(&first["next_cursor"]);
    assert_ne!(next["scenarios"][0]["scenario"], outcome["scenario"]);
    served.stop();
}

#[test]
fn both_lifecycles_work_over_standard_input() {
    let Some(data) = recorded("KAI_MCP_DATA", "conformance/mcp") else { return };
    let mut command = Command::new("python3");
    command.arg(data.join("stdio_smoke.py")).args(["--tool", "kai_review", "--"]);
    command
        .args([env!("CARGO_BIN_EXE_kai"), "mcp"])
        .current_dir(repository().join("examples/payments"));
    let Ok(output) = command.output() else { return skipped("python3") };
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    say(&format!("mcp stdio: {}", text.lines().filter(|it| it.starts_with("ok")).count()));
}

/// The public suite judges the server as it is shipped, for both revisions of the protocol.
#[test]
fn the_public_suite_finds_nothing_unexpected() {
    let mut server = Command::new(env!("CARGO_BIN_EXE_kai"));
    server
        .args(["mcp", "--http", "127.0.0.1:0"])
        .current_dir(repository().join("examples/payments"));
    let mut server = server
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary was built with this test");
    let mut line = String::new();
    let mut said = BufReader::new(server.stderr.take().expect("a pipe"));
    said.read_line(&mut line).expect("it says where it serves");
    let url = line.split_whitespace().last().expect("an address");
    let judged = judged_by_mcp_suite("mcp", url, "plain");
    server.kill().expect("it runs");
    let mut rest = String::new();
    let _ = (said.read_to_string(&mut rest), server.wait());
    if let Err(reason) = judged {
        panic!("{reason}{rest}");
    }
}
