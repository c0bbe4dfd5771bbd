//! What agents are given, and what they are told.
#![expect(clippy::disallowed_methods, reason = "tests read recorded data")]

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use camino::Utf8Path;
use kai_agent::Seal;
use kai_agent::export::{Bundle, files};
use kai_agent::hook::{Decision, answer, concern, decide, decide_alone, request};
use kai_agent::lint::{kind, lint};
use kai_agent::permit::{self, Mode, Policy, Wish};
use kai_agent::verify::{Claim, Shown, verify};
use kai_assess::Settings;
use kai_core::{Evidence, EvidenceKind, Origins, Unwatched};
use kai_testing::{Memory, recorded, say};
use serde_json::Value;

const BUNDLES: &[Bundle] =
    &[Bundle::ClaudePlugin, Bundle::ClaudeAgent, Bundle::Cursor, Bundle::Codex, Bundle::AgentsMd];

#[test]
fn every_file_that_is_exported_passes_lint() {
    for bundle in BUNDLES {
        for file in files(*bundle, "0.1.0") {
            if kind(&file.path, &file.text).is_some() {
                assert_eq!(lint(&file.path, &file.text), Vec::new(), "{}", file.path);
            }
        }
    }
}

#[test]
fn the_agent_has_the_tools_of_an_engineer() {
    let files = files(Bundle::ClaudePlugin, "0.1.0");
    let agent = files.iter().find(|it| it.path == "agents/sre.md").unwrap();
    for field in [
        "name: sre\n",
        "tools: Read, Write, Edit, Bash, Glob, Grep, WebFetch, WebSearch, Task, mcp__kai__*\n",
        "model: sonnet\n",
    ] {
        assert!(agent.text.contains(field), "{field}");
    }
    for path in [".claude-plugin/plugin.json", ".mcp.json", "hooks/hooks.json"] {
        assert!(files.iter().any(|it| it.path == path), "{path}");
    }
}

#[track_caller]
fn check_lint(path: &str, text: &str, expected: &[&str]) {
    let problems = lint(Utf8Path::new(path), text);
    let shown: Vec<String> =
        problems.iter().map(|it| format!("{}: {}", it.line, it.message)).collect();
    assert_eq!(shown.len(), expected.len(), "{shown:#?}");
    for (one, part) in shown.iter().zip(expected) {
        assert!(one.contains(part), "no `{part}` in `{one}`");
    }
}

#[test]
fn what_is_wrong_with_an_agent_is_said_at_its_line() {
    check_lint(
        "agents/sre.md",
        "---\nname: Sre Agent\ndescription: x\ntools: Read, Bsh, mcp__kai__*\nmodle: sonnet\n---\ntext\n",
        &[
            "2: `Sre Agent` is no name",
            "2: it is called",
            "4: `Bsh` is no tool; did you mean `Bash`",
            "5: `modle` is no field of it; did you mean `model`",
        ],
    );
    check_lint(
        "agents/a.md",
        "---\nname: a\n---\n\n",
        &["1: `description` is missing", "4: there is no text"],
    );
    check_lint("agents/a.md", "text\n", &["1: it has no frontmatter"]);
    check_lint("agents/a.md", "---\nname: [\n---\ntext\n", &["the frontmatter is no YAML"]);
    check_lint(
        "agents/a.md",
        "---\nname: a\n",
        &["1: the frontmatter that begins here does not end"],
    );
    check_lint(
        "skills/a/SKILL.md",
        "---\nname: b\ndescription: x\n---\ntext\n",
        &["2: it is called `b` and lies in `a`"],
    );
    check_lint(
        "x/hooks.json",
        "{\"hooks\":{\"PreTooluse\":[{\"hooks\":[{\"type\":\"command\"}]}]}}",
        &["did you mean `PreToolUse`", "does not say what it runs"],
    );
    check_lint(
        ".mcp.json",
        "{\"mcpServers\":{\"kai\":{\"args\":[1]}}}",
        &["`args` of `kai`", "neither `command` nor `url`"],
    );
    check_lint(
        "x/plugin.json",
        "{\n\"name\":\"Kai\",\n\"version\":\"1\"}",
        &["2: `Kai` is no name", "3: `version`"],
    );
}

/// A journey over a stateless service and a database with a disk, in production.
const SHOP: &str = r"
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop }
spec:
  rules:
  - host: shop.example
    http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: 'registry.example/web:1' }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: report, namespace: shop }
spec:
  selector: { matchLabels: { app: report } }
  template:
    metadata: { labels: { app: report } }
    spec: { containers: [{ name: report, image: 'registry.example/report:1' }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  serviceName: db
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: db, image: 'postgres:16', volumeMounts: [{ name: data, mountPath: /data }] }] }
  volumeClaimTemplates:
  - metadata: { name: data }
    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
";

fn said(command: &str) -> Option<Decision> {
    let tree = Memory::new([("production/shop.yaml", SHOP)]);
    let origins = Origins::new();
    let reviewed = kai_assess::read(
        &tree,
        None,
        origins,
        Settings::default(),
        &Unwatched,
        kai_assess::Keep::Nothing,
    );
    let concern = concern(command)?;
    Some(decide(&concern, &reviewed.system, &reviewed.origins, Utf8Path::new("")))
}

#[track_caller]
fn denies(command: &str, parts: &[&str]) {
    let Some(Decision::Deny(reason)) = said(command) else {
        panic!("{command}: {:?}", said(command))
    };
    parts.iter().for_each(|it| assert!(reason.contains(it), "no `{it}` in: {reason}"));
}

#[track_caller]
fn asks(command: &str, parts: &[&str]) {
    let Some(Decision::Ask(reason)) = said(command) else {
        panic!("{command}: {:?}", said(command))
    };
    parts.iter().for_each(|it| assert!(reason.contains(it), "no `{it}` in: {reason}"));
}

#[test]
fn what_production_cannot_be_without_is_not_taken_away() {
    denies("kubectl -n shop delete deploy web", &["`Deployment/web`", "shop.example"]);
    denies("kubectl delete deployment/web -n shop", &["production"]);
    denies("sudo kubectl scale deploy/web --replicas=0 -n shop", &["shop.example"]);
    denies("kubectl delete -f production/shop.yaml", &["shop.example"]);
    denies("kubectl delete ns shop", &["shop.example", "Data is kept by `StatefulSet/db`"]);
    denies("kubectl delete sts db -n shop", &["Data is kept by"]);
    denies("bash -c 'kubectl delete pod web-7f9c-abc -n shop'", &["`Deployment/web`"]);
    denies("kubectl get pods && kubectl delete svc -n shop web", &["shop.example"]);
}

#[test]
fn other_changes_are_asked_about() {
    asks("kubectl -n shop rollout restart deploy/web", &["shop.example"]);
    asks("kubectl delete deploy report -n shop", &["No journey that is declared here needs it"]);
    asks("kubectl delete deploy nowhere", &["is not declared here"]);
    asks(
        "kubectl --context prod -n shop delete deploy report",
        &["`--context` chooses where it runs"],
    );
    asks("kubectl get secret db -o yaml", &["prints what may be secret"]);
    asks("kubectl $VERB pods", &["known only when it runs"]);
    asks("terraform apply -auto-approve", &["is not declared here"]);
    asks("kubectl get pods \u{200b}; true", &["U+200B"]);
}

#[test]
fn a_claim_of_a_stateful_set_is_its_data() {
    denies("kubectl delete pvc data-db-0 -n shop", &["Data is kept by `StatefulSet/db`"]);
    denies("kubectl delete pvc --all -n shop", &["Data is kept by `StatefulSet/db`"]);
    denies("kubectl delete pvc -l app=db -n shop", &["Data is kept by `StatefulSet/db`"]);
    asks("kubectl delete pvc data-web-0 -n shop", &["is not declared here"]);
    asks("kubectl delete pvc data-db-x -n shop", &["is not declared here"]);
}

#[test]
fn selectors_and_folders_are_followed() {
    denies("kubectl delete pods -n shop --selector app=web", &["`Deployment/web`"]);
    denies("kubectl delete pods -l 'app in (web, x)'", &["`Deployment/web`"]);
    asks("kubectl delete pods --selector app=web,tier=x", &["is not declared here"]);
    asks("kubectl delete pods -l app=report", &["`Deployment/report`"]);
    denies("cd production && kubectl delete -f shop.yaml", &["shop.example"]);
    denies(
        "cd x; cd ../production && kubectl delete -f other.yaml -f shop.yaml",
        &["shop.example"],
    );
    asks("cd other && kubectl delete -f shop.yaml", &["is not declared here"]);
    asks("cd $X && kubectl delete -f production/shop.yaml", &["is not declared here"]);
    asks("(cd production && ls); kubectl delete -f shop.yaml", &["is not declared here"]);
    denies("kubectl scale deploy web --replicas=00", &["takes something away"]);
}

#[test]
fn what_is_known_only_when_it_runs_hides_no_verb() {
    asks("kubectl delete deploy $NAME", &["takes something away", "known only when it runs"]);
    asks("kubectl delete -n $NS deploy report", &["`Deployment/report`"]);
    denies("kubectl delete deploy web -n $NS", &["shop.example"]);
    asks("aws ec2 terminate-instances --instance-ids $ID", &["takes something away"]);
    asks("kubectl get $KIND", &["cannot be told to be harmless"]);
}

#[test]
fn what_is_only_tried_takes_nothing_away() {
    asks("kubectl delete deploy web -n shop --dry-run=client", &["is only tried"]);
    asks("kubectl delete deploy web -n shop --dry-run=server", &["is only tried"]);
    for command in [
        "kubectl delete deploy web -n shop --dry-run=none",
        "kubectl delete deploy web -n shop --dry-run=client --dry-run=none",
        "kubectl delete deploy web -n shop -- --dry-run=client",
    ] {
        denies(command, &["shop.example"]);
    }
}

#[test]
fn where_a_change_goes_is_said_if_it_is_chosen() {
    for (command, part) in [
        ("KUBECONFIG=/x kubectl delete deploy report", "`KUBECONFIG` chooses where it runs"),
        ("export KUBECONFIG=/x; kubectl delete deploy report", "`KUBECONFIG` chooses"),
        ("env KUBECONFIG=/x kubectl delete deploy report", "`KUBECONFIG` chooses"),
        ("AWS_PROFILE=prod aws ec2 reboot-instances --instance-ids i", "`AWS_PROFILE` chooses"),
        ("aws --profile prod ec2 reboot-instances --instance-ids i", "`--profile` chooses"),
        (
            "kubectl config use-context prod && kubectl delete deploy report",
            "`kubectl config use-context` chooses",
        ),
        ("ssh host kubectl delete deploy report", "`ssh` chooses"),
    ] {
        asks(command, &[part]);
    }
    for command in [
        "KUBECONFIG=/x kubectl get pods",
        "export KUBECONFIG=/x; kubectl get pods",
        "AWS_PROFILE=prod aws ec2 describe-instances",
        "aws --profile prod ec2 describe-instances",
        "gcloud --project prod compute instances list",
        "ssh host uptime",
    ] {
        assert_eq!(said(command), None, "{command}");
    }
}

#[test]
fn an_operation_is_told_from_its_place() {
    for (command, part) in [
        ("aws lambda delete-function --function-name list-orders", "takes something away"),
        ("aws dynamodb delete-table --table-name describe-items", "takes something away"),
        ("aws --region list-x ec2 reboot-instances", "changes a system"),
        ("gcloud sql instances restart list", "changes a system"),
        ("gcloud compute instances delete list", "takes something away"),
        ("az vm delete -n list", "takes something away"),
        ("az vm restart list", "changes a system"),
        ("redis-cli -n 1 flushall", "takes something away"),
        ("redis-cli set get x", "changes a system"),
        ("flux push artifact oci://r/x --path=.", "changes a system"),
        ("helm push x.tgz oci://r/y", "changes a system"),
        ("docker push x", "changes a system"),
        ("alias k=kubectl; k delete ns nowhere", "takes something away"),
        ("alias k='kubectl delete'\nk ns nowhere", "takes something away"),
        ("aws lambda list-functions", "prints what may be secret"),
        ("aws lambda get-function-configuration --function-name x", "prints what may be secret"),
        ("aws glue get-connection --name x", "prints what may be secret"),
        ("aws ecs describe-task-definition --task-definition x", "prints what may be secret"),
        ("aws sts get-session-token", "prints what may be secret"),
        ("az storage account keys list -n x", "prints what may be secret"),
        ("az keyvault secret show -n x", "prints what may be secret"),
        ("gcloud run services describe x", "prints what may be secret"),
        ("redis-cli config get requirepass", "prints what may be secret"),
        ("istioctl install", "changes a system"),
    ] {
        asks(command, &[part]);
    }
    for command in [
        "aws sts get-caller-identity",
        "aws --region eu-west-1 ec2 describe-instances",
        "aws s3 ls",
        "gcloud compute instances list",
        "gcloud logging read x",
        "az aks list",
        "az vm show -n x",
        "istioctl analyze",
        "redis-cli get x",
        "redis-cli -h a -p 1 info",
    ] {
        assert_eq!(said(command), None, "{command}");
    }
}

/// A chart's release has a name of its own; what else is called so is not it.
#[test]
fn a_release_is_not_told_by_the_name_of_another_object() {
    asks("helm uninstall web", &["is not declared here"]);
    asks("argocd app delete web", &["is not declared here"]);
}

#[test]
fn what_reads_and_what_is_no_infrastructure_is_left_to_the_user() {
    for command in [
        "kubectl get pods -n shop",
        "rm -rf build",
        "cargo test",
        "aws ec2 describe-instances",
        "git commit -m x",
    ] {
        assert_eq!(said(command), None, "{command}");
    }
}

/// The whole set: readers get no decision, mutating programs of infrastructure always get one.
#[test]
fn decisions_follow_the_classes() {
    let Some(folder) = recorded("KAI_LLM_DATA", "conformance/llm") else { return };
    let text = std::fs::read_to_string(folder.join("commands.jsonl")).unwrap();
    let (mut asked, mut total) = (0, 0);
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let (command, verdict) =
            (row["command"].as_str().unwrap(), row["verdict"].as_str().unwrap());
        let concern = concern(command);
        let names = ["kubectl ", "helm ", "terraform ", "docker ", "systemctl "];
        // Words in quotes may be data; programs that begin the command are not.
        let begins = names.iter().any(|it| command.starts_with(it));
        if verdict == "read_only" {
            assert_eq!(concern, None, "{command}");
        } else if begins && matches!(verdict, "mutates" | "reads_secret") {
            total += 1;
            asked += usize::from(concern.is_some());
        }
        if let Some(concern) = concern {
            let text = answer(Some(&decide_alone(&concern, "nothing was read")));
            let value: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(value["hookSpecificOutput"]["permissionDecision"], "ask");
        }
    }
    say(&format!("hook: {asked}/{total}"));
    // The rest reads from a cluster and changes files beside that.
    assert!(asked * 100 >= total * 96, "{asked} of {total} are asked about");
}

#[test]
fn requests_are_read_in_the_forms_of_agents() {
    let one = request(r#"{"tool_name":"Bash","tool_input":{"command":"ls"},"cwd":"/x"}"#)
        .unwrap()
        .unwrap();
    assert_eq!((one.command.as_str(), one.folder.as_deref()), ("ls", Some("/x")));
    let words = request(r#"{"tool_input":{"command":["bash","-lc","kubectl delete pod x"]}}"#)
        .unwrap()
        .unwrap();
    assert_eq!(words.command, "bash -lc 'kubectl delete pod x'");
    assert_eq!(request(r#"{"tool_name":"Read","tool_input":{"file_path":"x"}}"#), Ok(None));
    assert!(
        request("[]").is_err()
            && request("").is_err()
            && request(r#"{"tool_input":{"command":1}}"#).is_err()
    );
    assert_eq!(answer(None), "{}");
}

#[test]
fn secrets_do_not_leave() {
    let sealed = Seal::new().text(
        "env:\n- name: DB_PASSWORD\n  value: hunter2hunter\n- name: LEVEL\n  value: debug\n\
         url: postgres://app:hunter2hunter@db/shop\npassword: hunter2hunter\nTOKEN=hunter2hunter\n\
         key: ghp_hunter2hunter2hunter2hunter2hunter2hunter\n\
         -----BEGIN RSA PRIVATE KEY-----\nhunter2hunter\n-----END RSA PRIVATE KEY-----\nend: 1\n",
    );
    assert!(!sealed.contains("hunter2"), "{sealed}");
    let kept = "image: registry.example/web:1\npasswordSecretName: db\ntoken: $(cat x)\nsecretKeyRef:\n  name: db\nvalue: debug\n";
    assert_eq!(Seal::new().text(kept), kept);
    assert!(sealed.contains("value: debug") && sealed.ends_with("end: 1\n"), "{sealed}");
}

/// Secrets that were planted in files and outputs do not leave, and what is none stays.
#[test]
fn nothing_that_was_planted_leaves() {
    let Some(data) = recorded("KAI_LLM_DATA", "conformance/llm") else { return };
    let text = std::fs::read_to_string(data.join("canaries.jsonl")).unwrap();
    let rows = text.lines().map(|it| serde_json::from_str::<Value>(it).unwrap());
    let rows: Vec<Value> =
        rows.filter(|it| it["via"] == "file" || it["via"] == "tool_output").collect();
    let texts = |row: &Value, field: &str| -> Vec<String> {
        let all = row[field].as_array().into_iter().flatten();
        all.filter_map(|it| it.as_str().map(str::to_owned)).collect()
    };
    let mut wrong = Vec::new();
    for row in &rows {
        let sealed = Seal::new().text(row["input"].as_str().unwrap());
        let leaks = texts(row, "must_not_leave").iter().any(|it| sealed.contains(it));
        let lacks = texts(row, "must_stay").iter().any(|it| !sealed.contains(it));
        if leaks || lacks {
            wrong.push(format!("{}: {sealed}", row["id"]));
        }
    }
    say(&format!("canaries: {}/{}", rows.len() - wrong.len(), rows.len()));
    assert!(wrong.is_empty() && !rows.is_empty(), "{wrong:#?}");
}

#[test]
fn values_are_sealed_by_type_name_form_and_randomness() {
    let cases = [
        (
            "kind: Secret\ndata:\n  a: plain\nmore: x\n",
            "kind: Secret\ndata:\n  a: ‹secret-1›\nmore: x\n",
        ),
        ("args: [\"--admin-password=hunter2\"]\n", "args: [\"--admin-password=‹secret-1›\"]\n"),
        ("Authorization: Bearer fakefakefake\n", "Authorization: Bearer ‹secret-1›\n"),
        (
            "Cookie: session=fakefake; theme=dark\n",
            "Cookie: session=‹secret-1›; theme=‹secret-2›\n",
        ),
        ("id: fA4kE9xQ2zL7mW1c\n", "id: ‹secret-1›\n"),
        (
            "variable \"pin\" {\n  sensitive = true\n  default = \"fake\"\n}\n",
            "variable \"pin\" {\n  sensitive = true\n  default = \"‹secret-1›\"\n}\n",
        ),
        (
            "variable \"region\" {\n  default = \"eu-west-1\"\n}\n",
            "variable \"region\" {\n  default = \"eu-west-1\"\n}\n",
        ),
        ("secretName: checkout-tls\ntokenTTL: 15m\n", "secretName: checkout-tls\ntokenTTL: 15m\n"),
        ("kind: PodDisruptionBudgetV1beta1\n", "kind: PodDisruptionBudgetV1beta1\n"),
    ];
    for (text, expected) in cases {
        assert_eq!(Seal::new().text(text), expected);
    }
}

#[test]
fn one_secret_has_one_name_in_a_conversation() {
    let mut seal = Seal::new();
    let first = seal.text("password: hunter2hunter\nTOKEN=fakefakefake\n");
    assert_eq!(first, "password: ‹secret-1›\nTOKEN=‹secret-2›\n");
    let url = "url: postgres://app:fakefakefake@db/shop\napi_key: \"other-fake\"\n";
    let second = seal.text(url);
    assert_eq!(second, "url: postgres://app:‹secret-2›@db/shop\napi_key: \"‹secret-3›\"\n");
    assert_eq!(seal.text(&second), second);
    assert!(!format!("{seal:?}").contains("hunter2"));
}

/// What was sealed once is known without its name; what Secrets hold beside secrets is not hidden everywhere.
#[test]
fn a_secret_is_known_again_where_nothing_names_it() {
    let mut seal = Seal::new();
    seal.text(
        "kind: Secret\nstringData:\n  host: payments-db-1.shop\n  password: Fake/fakeFake1\n",
    );
    let log = "login at payments-db-1.shop with Fake/fakeFake1 failed\n";
    assert_eq!(seal.text(log), "login at payments-db-1.shop with ‹secret-2› failed\n");
    let encoded = BASE64_STANDARD.encode("a=Fake/fakeFake1;");
    assert!(seal.text(&encoded).contains("‹secret-2›"), "{encoded}");
}

/// A secret that a colour cuts is whole for who reads it.
#[test]
fn what_nobody_sees_hides_no_secret() {
    let mut seal = Seal::new();
    let cases = [
        ("a\u{1b}[31mb\u{1b}[0m", "ab"),
        ("\u{1b}]8;;http://x.example\u{7}link\u{1b}]8;;\u{1b}\\ end", "link end"),
        ("pass\u{200b}word: hunter2hunter", "password: ‹secret-1›"),
        ("\u{1b}[", "["),
    ];
    for (text, expected) in cases {
        assert_eq!(seal.text(text), expected);
    }
}

#[test]
fn what_an_obedient_model_runs_or_claims_is_refused() {
    let Some(data) = recorded("KAI_LLM_DATA", "conformance/llm") else { return };
    let text = std::fs::read_to_string(data.join("canaries.jsonl")).unwrap();
    let rows = text.lines().map(|it| serde_json::from_str::<Value>(it).unwrap());
    let evidence = Evidence::new(EvidenceKind::Span, "web", "replicas: 2", Vec::new(), Vec::new());
    let mut shown = Shown::new(["web".to_owned()]);
    shown.add(evidence.clone());
    let (mut commands, mut claims) = (0, 0);
    for row in rows {
        let input = row["input"].as_str().unwrap();
        if row["via"] == "tool_call" {
            for mode in [Mode::Plan, Mode::Ask] {
                let policy = Policy { mode, ..Policy::default() };
                let decision =
                    policy.decide("Bash", &Wish::Run(input, &kai_guard::classify(input)));
                assert_ne!(decision, permit::Decision::Allow, "{input}");
            }
            commands += 1;
        } else if row["via"] == "model_output" {
            let claim = Claim {
                text: input.to_owned(),
                evidence: vec![evidence.name()],
                ..Claim::default()
            };
            assert_eq!(verify(vec![claim], &shown).supported, Vec::new(), "{input}");
            claims += 1;
        }
    }
    assert!(commands > 0 && claims > 0);
    say(&format!(
        "obedient models: {commands} commands do not run by themselves, {claims} claims do not stand"
    ));
}
