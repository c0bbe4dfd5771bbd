//! The engineer with a model, end to end: a scripted server on this machine plays the model.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kai_testing::{say, schema_offences};
use serde_json::{Value, json};

use crate::diff::git;
use crate::run::{Ran, empty_folder, kai_with, repository, write};

/// A model that answers each request by a function of it, and remembers all of them.
struct Scripted {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

type Script = fn(usize, &str) -> Value;

impl Scripted {
    fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("this machine has a loopback");
        let address = listener.local_addr().expect("it is bound").to_string();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&requests);
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let Ok(mut connection) = connection else { return };
                let mut reader = BufReader::new(connection.try_clone().expect("it is open"));
                let mut length = 0;
                let mut line = String::new();
                while reader.read_line(&mut line).is_ok_and(|it| it > 2) {
                    let lower = line.to_lowercase();
                    if let Some(it) = lower.strip_prefix("content-length:") {
                        length = it.trim().parse().expect("it is a number");
                    }
                    line.clear();
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).expect("the body is as long as it says");
                let body = String::from_utf8(body).expect("it is JSON");
                let mut all = heard.lock().expect("nobody panicked");
                all.push(body.clone());
                let number = all.len() - 1;
                drop(all);
                let calls = script(number, &body);
                if calls.is_null() {
                    // Says nothing until the other side goes.
                    std::thread::spawn(move || connection.read(&mut [0; 1]));
                    continue;
                }
                let events = [
                    json!({ "choices": [{ "index": 0, "delta": { "role": "assistant", "tool_calls": calls }, "finish_reason": null }] }),
                    json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "tool_calls" }], "usage": { "prompt_tokens": 100, "completion_tokens": 10 } }),
                ];
                let text: String = events
                    .iter()
                    .map(|it| format!("data: {it}\n\n"))
                    .chain(["data: [DONE]\n\n".to_owned()])
                    .collect();
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    text.len()
                );
                let _ = connection
                    .write_all(head.as_bytes())
                    .and_then(|()| connection.write_all(text.as_bytes()));
            }
        });
        Self { address, requests }
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("nobody panicked").clone()
    }
}

fn call(id: usize, name: &str, arguments: Value) -> Value {
    json!({ "index": id, "id": format!("call-{id}"), "type": "function", "function": { "name": name, "arguments": arguments.to_string() } })
}

/// The evidence that a request shows right before a text.
fn evidence(body: &str, text: &str) -> String {
    let at = body.rfind(text).unwrap_or(0);
    let id = body[..at].rfind("E-").map(|it| &body[it..]).unwrap_or_default();
    id.chars().take(18).collect()
}

#[track_caller]
fn check_schema(answer: &Value) {
    let schema = repository().join("docs/schema/kai.chat.v1.json");
    let schema = std::fs::read_to_string(schema).expect("there is a schema");
    let schema: Value = serde_json::from_str(&schema).expect("it is JSON");
    assert_eq!(schema_offences(answer, &schema), [] as [String; 0]);
}

const SECRET: &str = "KAICANARYq7Zr2Wm9Tx4Lp8Vn";

/// A folder with a small system, a secret and a way out, and where models and sessions are.
fn folder(name: &str, address: &str) -> (PathBuf, PathBuf) {
    let place = empty_folder(name);
    let folder = place.join("repository");
    write(
        &folder,
        "deploy/web.yaml",
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 2\n  selector: {{ matchLabels: {{ app: web }} }}\n  template:\n    metadata: {{ labels: {{ app: web }} }}\n    spec:\n      containers:\n      - name: web\n        image: example.com/web:1.2.3\n        env:\n        - name: DB_PASSWORD\n          value: {SECRET}\n"
        ),
    );
    write(&folder, ".env", format!("DB_PASSWORD={SECRET}\n"));
    write(&place, "outside.txt", format!("{SECRET}\n"));
    #[cfg(unix)]
    std::os::unix::fs::symlink("../outside.txt", folder.join("link.txt"))
        .expect("the target folder can be written");
    write(
        &place,
        "models.toml",
        format!(
            "[models.scripted]\napi = \"chat\"\nbase-url = \"http://{address}/v1\"\nmodel = \"scripted\"\nrepetitions = 0\n"
        ),
    );
    (place, folder)
}

fn run(place: &Path, folder: &Path, arguments: &[&str], stdin: Option<&[u8]>) -> Ran {
    let (models, state) = (place.join("models.toml"), place.join("state"));
    let path = |it: &Path| it.to_str().expect("it is UTF-8").to_owned();
    kai_with(
        folder,
        arguments,
        stdin,
        &[("KAI_CACHE", ""), ("KAI_MODELS", &path(&models)), ("KAI_STATE", &path(&state))],
    )
}

/// A program with its arguments, in the folder, with the settings of the place.
fn started<'a>(place: &Path, folder: &Path, mut words: impl Iterator<Item = &'a &'a str>) -> Child {
    let program = words.next().expect("there is a program");
    Command::new(program)
        .args(words)
        .current_dir(folder)
        .envs([
            ("KAI_CACHE", PathBuf::new()),
            ("KAI_MODELS", place.join("models.toml")),
            ("KAI_STATE", place.join("state")),
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program is there")
}

fn sessions(place: &Path) -> String {
    let files = std::fs::read_dir(place.join("state/sessions")).expect("sessions are kept");
    files
        .map(|it| std::fs::read_to_string(it.expect("it is listed").path()).expect("it is text"))
        .collect()
}

#[test]
fn a_model_looks_around_and_what_its_evidence_does_not_carry_is_left_out() {
    let model = Scripted::start(|number, body| match number {
        0 => json!([
            call(0, "Read", json!({ "path": "deploy/web.yaml" })),
            call(1, "kai_review", json!({}))
        ]),
        _ => {
            let id = evidence(body, "replicas: 2");
            json!([call(
                0,
                "answer",
                json!({ "claims": [
                { "text": "web has replicas: 2.", "evidence": [id] },
                { "text": "web has 9 replicas and is safe.", "evidence": [id] },
            ] })
            )])
        }
    });
    let (place, folder) = folder("engineer-answers", &model.address);
    let ran =
        run(&place, &folder, &["ask", "How many replicas has web?", "--model", "scripted"], None);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("• web has replicas: 2. [1]"), "{}", ran.stdout);
    let (_, refused) =
        ran.stdout.split_once("Not supported by evidence").expect("the other claim is told");
    assert!(refused.contains("9 replicas") && refused.contains("`safe`"), "{refused}");
    assert_eq!(model.requests().len(), 3, "it is told once what does not stand");
    // The secret is in what was read, and nowhere else.
    let everything =
        format!("{}{}{}{}", model.requests().join(""), sessions(&place), ran.stdout, ran.stderr);
    assert!(everything.contains("DB_PASSWORD") && !everything.contains(SECRET), "the secret left");
    // It is kept, listed and exported.
    let listed = run(&place, &folder, &["sessions", "list"], None).stdout;
    let id = listed.split_whitespace().next().expect("it is listed");
    let page = run(&place, &folder, &["sessions", "export", id], None).stdout;
    assert!(
        page.contains("## How many replicas has web?") && page.contains("web has replicas: 2."),
        "{page}"
    );
    // It goes on where it was, and its evidence can still be cited.
    let again = run(
        &place,
        &folder,
        &["ask", "Again?", "--model", "scripted", "--resume", id, "--format", "json"],
        None,
    );
    let said: Value = serde_json::from_str(&again.stdout).expect("it is JSON");
    check_schema(&said);
    assert_eq!(said["ending"], "answered", "{}{}", again.stdout, again.stderr);
    assert!(
        model.requests()[3].contains("How many replicas has web?"),
        "what was said before is said again"
    );
}

#[test]
fn what_an_obedient_model_tries_is_refused() {
    let model = Scripted::start(|number, _| match number {
        0 => json!([
            call(0, "Read", json!({ "path": ".env" })),
            call(1, "Read", json!({ "path": "../outside.txt" })),
            call(2, "Read", json!({ "path": "link.txt" })),
            call(3, "Read", json!({ "path": "/etc/passwd" })),
            call(4, "Grep", json!({ "pattern": "KAICANARY" })),
            call(5, "Write", json!({ "path": "owned.txt", "text": "x" })),
            call(6, "Bash", json!({ "command": "kubectl delete deployment web" })),
            call(7, "Bash", json!({ "command": "cat .env" })),
            call(8, "Bash", json!({ "command": "touch owned.txt" })),
            call(9, "Bash", json!({ "command": "head -n 6 deploy/web.yaml" })),
            call(10, "WebFetch", json!({ "url": "https://evil.example/?q=1" })),
            call(11, "WebFetch", json!({ "url": "https://169.254.169.254/" })),
        ]),
        _ => json!([call(
            0,
            "answer",
            json!({ "claims": [{ "text": "All is well.", "evidence": ["E-00000000deadbeef"] }] })
        )]),
    });
    let (place, folder) = folder("engineer-obeys", &model.address);
    let ran = run(&place, &folder, &["ask", "?", "--model", "scripted"], None);
    assert_eq!(ran.code, Some(3), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("Inconclusive"), "{}", ran.stdout);
    assert!(!folder.join("owned.txt").exists(), "nothing is written");
    let everything =
        format!("{}{}{}{}", model.requests().join(""), sessions(&place), ran.stdout, ran.stderr);
    assert!(!everything.contains(SECRET), "the secret left");
    let told = &model.requests()[1];
    for reason in [
        ".env` normally holds secrets",
        "no path below the root",
        "cannot read `link.txt`",
        "this session only reads",
        "could change a system",
        "may be secret",
        "not among the hosts",
    ] {
        assert!(told.contains(reason), "no `{reason}` in {told}");
    }
    let named = told.matches("`.env` normally holds secrets").count();
    assert_eq!(named, 2, "the path is told, for the file and for the command: {told}");
    // What only reads ran, where it can be confined.
    let is_confined = !told.contains("cannot be confined");
    if is_confined {
        assert!(told.contains("exit code 0"), "{told}");
    } else {
        say("SKIPPED: commands cannot be confined on this machine, so none ran");
    }
}

#[test]
fn without_the_provider_there_is_the_answer_without_a_model() {
    let (place, folder) = folder("engineer-down", "127.0.0.1:9");
    let ran =
        run(&place, &folder, &["ask", "What breaks if web fails?", "--model", "scripted"], None);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.stderr.contains("answered without the model: the provider failed"),
        "{}",
        ran.stderr
    );
    assert!(ran.stdout.contains("web"), "{}", ran.stdout);
    let ran = run(
        &place,
        &folder,
        &["ask", "What breaks if web fails?", "--model", "scripted", "--jsonl"],
        None,
    );
    let last: Value =
        ran.stdout.lines().last().and_then(|it| serde_json::from_str(it).ok()).expect("it is JSON");
    check_schema(&last);
    assert_eq!(
        (&last["ending"], &last["without_model"]["is_answered"]),
        (&json!("without-model"), &json!(true))
    );
    let ran = run(&place, &folder, &["ask", "?", "--model", "nobody"], None);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    // A question behind `--model` would be taken for its name.
    for words in
        [&["ask", "--model", "Is web safe?"][..], &["ask", "--model", "why is it slow", "."]]
    {
        let ran = run(&place, &folder, words, None);
        let told = ran.stderr.contains("a question stands before `--model`");
        assert!(ran.code == Some(2) && told, "{}", ran.stderr);
    }
}

#[test]
fn what_would_be_sent_is_shown_and_not_sent() {
    let model = Scripted::start(|_, _| json!([]));
    let (place, folder) = folder("engineer-shows", &model.address);
    let ran = run(
        &place,
        &folder,
        &["ask", "Is web ready?", "--model", "scripted", "--show-outbound"],
        None,
    );
    assert!(
        ran.stdout.starts_with("POST http://127.0.0.1") && ran.stdout.contains("Is web ready?"),
        "{}",
        ran.stdout
    );
    assert!(model.requests().is_empty(), "nothing is sent");
}

#[test]
#[cfg(unix)]
fn who_stops_it_waits_for_nothing_and_loses_nothing() {
    let model = Scripted::start(|_, _| Value::Null);
    let (place, folder) = folder("engineer-stops", &model.address);
    let mut child = Command::new(env!("CARGO_BIN_EXE_kai"))
        .args(["ask", "Will it be kept?", "--model", "scripted"])
        .current_dir(&folder)
        .envs([
            ("KAI_CACHE", PathBuf::new()),
            ("KAI_MODELS", place.join("models.toml")),
            ("KAI_STATE", place.join("state")),
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary was built with this test");
    let begun = Instant::now();
    while model.requests().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(60), "it asks the model");
        std::thread::yield_now();
    }
    let pressed = Instant::now();
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("there is a kill");
    assert!(killed.success());
    let status = child.wait().expect("it ends");
    assert_eq!(status.code(), Some(130));
    assert!(pressed.elapsed() < Duration::from_secs(10), "{:?}", pressed.elapsed());
    assert!(sessions(&place).contains("Will it be kept?"));
}

/// Every further call costs money, and nobody would read what comes of it.
#[test]
fn a_reader_who_hangs_up_ends_the_work() {
    let model = Scripted::start(|_, _| json!([call(0, "kai_review", json!({}))]));
    let (place, folder) = folder("engineer-left", &model.address);
    for (arguments, stdin) in [
        (["ask", "Is web safe?", "--model", "scripted", "--jsonl"], ""),
        (["chat", "--model", "scripted", "--jsonl", "."], "Is web safe?\nIs it slow?\nWhy?\n"),
    ] {
        let before = model.requests().len();
        let kai = [env!("CARGO_BIN_EXE_kai")];
        let mut child = started(&place, &folder, kai.iter().chain(&arguments));
        drop(child.stdout.take());
        let mut to = child.stdin.take().expect("a pipe");
        let _ = to.write_all(stdin.as_bytes());
        drop(to);
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
        assert_eq!(model.requests().len() - before, 1, "{arguments:?}: {said}");
    }
}

#[test]
fn of_a_claim_of_any_length_that_does_not_stand_the_beginning_is_told() {
    let model = Scripted::start(|number, body| match number {
        0 => json!([call(0, "Read", json!({ "path": "deploy/web.yaml" }))]),
        _ => {
            let id = evidence(body, "replicas: 2");
            let invented = "web is safe and has 9 replicas. ".repeat(1000);
            let claims = json!([
                { "text": "web has replicas: 2.", "evidence": [id] },
                { "text": invented, "evidence": [id] },
            ]);
            json!([call(0, "answer", json!({ "claims": claims }))])
        }
    });
    let (place, folder) = folder("engineer-long", &model.address);
    let ran = run(&place, &folder, &["ask", "How many?", "--model", "scripted"], None);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains("• web has replicas: 2. [1]"), "{}", ran.stdout);
    assert!(ran.stdout.contains("9 replicas. web is safe") && ran.stdout.len() < 2000);
}

/// Where the machine can make one, Kai runs in a network of its own that has no way out.
#[test]
fn without_a_provider_no_byte_goes_out() {
    let (place, folder) = folder("engineer-alone", "127.0.0.1:9");
    let _ = std::fs::remove_file(place.join("models.toml"));
    let can = Command::new("unshare")
        .args(["-rn", "true"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|it| it.success());
    if !can {
        say(
            "SKIPPED: this machine makes no network namespace, so nobody checked that no byte goes out",
        );
        return;
    }
    for arguments in
        [&["ask", "What breaks if web fails?"][..], &["chat"], &["review"], &["doctor"]]
    {
        let outside = run(&place, &folder, arguments, Some(b"What breaks if web fails?\n"));
        let alone = ["unshare", "-rn", env!("CARGO_BIN_EXE_kai")];
        let mut child = started(&place, &folder, alone.iter().chain(arguments));
        let _ = child.stdin.take().expect("it is a pipe").write_all(b"What breaks if web fails?\n");
        let inside = child.wait_with_output().expect("it ends");
        assert_eq!(String::from_utf8_lossy(&inside.stdout), outside.stdout, "{arguments:?}");
        assert!(!outside.stdout.is_empty(), "{arguments:?}");
    }
}

/// Ways out that a command could try.
#[test]
#[cfg(target_os = "linux")]
fn changes_are_printed_where_no_secret_is_among_them() {
    let changes = |number: usize, _: &str| match number {
        0 => json!([
            call(0, "Bash", json!({ "command": "git diff" })),
            call(1, "Bash", json!({ "command": "cd deploy && git log -p -1" })),
            call(2, "Bash", json!({ "command": "git grep -n replicas" })),
            call(3, "Bash", json!({ "command": "head -n 1 deploy/*" })),
        ]),
        _ => json!([call(0, "answer", json!({ "claims": [] }))]),
    };
    for is_kept in [false, true] {
        let model = Scripted::start(changes);
        let (place, folder) = folder(&format!("engineer-changes-{is_kept}"), &model.address);
        git(&folder, &["init", "-q"]);
        git(&folder, &["add", "deploy"]);
        if is_kept {
            git(&folder, &["add", "-f", ".env"]);
        }
        git(&folder, &["commit", "-qm", "first"]);
        write(&folder, "deploy/web.yaml", "replicas: 4\n");
        write(&folder, ".env", "PORT=80\n");
        let _ = run(&place, &folder, &["ask", "?", "--model", "scripted"], None);
        let told = &model.requests()[1];
        if told.contains("cannot be confined") {
            return say("SKIPPED: commands cannot be confined on this machine, so none ran");
        }
        let denials = told.matches("prints `.env`, which normally holds secrets").count();
        assert_eq!(denials, if is_kept { 3 } else { 0 }, "{told}");
        let printed = told.matches("exit code 0").count();
        assert_eq!(printed, if is_kept { 1 } else { 4 }, "{told}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_confined_command_gets_nowhere() {
    let (place, folder) = folder("engineer-confined", "127.0.0.1:9");
    let scratch = place.join("scratch");
    for hooks in [".git/hooks", "deploy/inner/.git/hooks"] {
        std::fs::create_dir_all(folder.join(hooks)).expect("the target folder can be written");
    }
    std::fs::create_dir_all(&scratch).expect("the target folder can be written");
    let confined = |command: &str, may_write: bool| {
        let root = folder.to_str().expect("it is UTF-8");
        let mut arguments =
            vec!["sandboxed", "--root", root, "--scratch", scratch.to_str().expect("it is UTF-8")];
        arguments.extend(may_write.then_some("--write"));
        arguments.extend(["--", command]);
        kai_with(&folder, &arguments, None, &[])
    };
    let plain = confined("cat deploy/web.yaml", false);
    if plain.code == Some(126) {
        say(&format!("SKIPPED: commands cannot be confined on this machine: {}", plain.stderr));
        return;
    }
    assert!(plain.stdout.contains("replicas: 2"), "{}", plain.stderr);
    for (command, may_write) in [
        ("cat ../outside.txt", false),
        ("cat link.txt", false),
        ("cat /proc/self/cwd/../outside.txt", false),
        ("cat /proc/1/environ", false),
        ("ls /root", false),
        ("echo x > deploy/web.yaml", false),
        ("echo x > new.txt", true),
        ("echo x > .git/hooks/pre-commit", true),
        ("ln -s /etc/shadow deploy/s && cat deploy/s", true),
        ("ln ../outside.txt deploy/o", true),
        ("mv deploy/web.yaml ../web.yaml", true),
        ("exec 3<>/dev/tcp/127.0.0.1/9", false),
        ("python3 -c 'import socket; socket.socket()'", false),
        ("python3 -c 'import socket; socket.socket(socket.AF_UNIX)'", false),
        ("unshare -rn true", false),
        ("kill -0 1", false),
        ("setsid true", false),
        ("chmod 600 ../outside.txt", false),
        ("chmod 600 ../outside.txt", true),
        ("chmod 600 deploy/web.yaml", false),
        ("chown 1 ../outside.txt", true),
        ("touch -d 2001-01-01 ../outside.txt", true),
        ("mknod \"$TMPDIR/disk\" b 8 0", false),
        ("mknod deploy/disk c 1 3", true),
        ("echo x > deploy/inner/.git/hooks/pre-commit", true),
    ] {
        let ran = confined(command, may_write);
        assert_ne!(ran.code, Some(0), "`{command}` got through: {}", ran.stdout);
        assert!(!ran.stdout.contains(SECRET), "`{command}` printed it");
    }
    assert!(
        std::fs::read_to_string(folder.join("deploy/web.yaml"))
            .expect("it is there")
            .contains("replicas: 2")
    );
    let changed = confined(
        "echo '# seen' >> deploy/web.yaml && echo ok > \"$TMPDIR/a\" 2>/dev/null; tail -n 1 deploy/web.yaml",
        true,
    );
    assert!(changed.stdout.contains("# seen"), "{}{}", changed.stdout, changed.stderr);
}

#[test]
fn a_helper_brings_claims_that_can_be_cited() {
    let model = Scripted::start(|number, body| match number {
        0 => json!([call(0, "Task", json!({ "question": "How many replicas has web?" }))]),
        1 => json!([call(0, "Read", json!({ "path": "deploy/web.yaml" }))]),
        2 => json!([call(
            0,
            "answer",
            json!({ "claims": [{ "text": "web has replicas: 2.", "evidence": [evidence(body, "replicas: 2")] }] })
        )]),
        _ => {
            let id = evidence(body, "replicas: 2");
            json!([call(
                0,
                "answer",
                json!({ "claims": [{ "text": "web has replicas: 2.", "evidence": [id] }] })
            )])
        }
    });
    let (place, folder) = folder("engineer-helper", &model.address);
    let ran = run(&place, &folder, &["ask", "?", "--model", "scripted"], None);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("• web has replicas: 2. [1]"), "{}", ran.stdout);
    let requests = model.requests();
    assert_eq!(requests.len(), 4);
    for tool in ["Bash", "Edit", "Task", "Write"] {
        let name = format!("\"name\":\"{tool}\"");
        assert!(requests[0].contains(&name) && !requests[1].contains(&name), "{tool}");
    }
}

#[test]
fn the_web_is_searched_and_fetched_from_public_addresses_only() {
    let model = Scripted::start(|number, _| match number {
        0 => json!([
            call(0, "WebSearch", json!({ "query": "web replicas" })),
            call(1, "WebFetch", json!({ "url": "https://127.0.0.1:9/" })),
        ]),
        1 => json!([call(2, "WebSearch", json!({ "query": format!("password: {SECRET}") }))]),
        _ => json!([call(0, "answer", json!({ "claims": [] }))]),
    });
    let (place, folder) = folder("engineer-web", &model.address);
    let searched = "https://127.0.0.1:9/?q={query}";
    let arguments =
        ["ask", "?", "--model", "scripted", "--search", searched, "--allow-host", "127.0.0.1"];
    let ran = run(&place, &folder, &arguments, None);
    assert_eq!(ran.code, Some(3), "{}{}", ran.stdout, ran.stderr);
    let told = &model.requests()[2];
    assert_eq!(told.matches("127.0.0.1 is no public address").count(), 2, "{told}");
    assert!(told.contains("the query holds a secret") && !told.contains(SECRET), "{told}");
}

#[test]
fn the_time_ends_a_call_that_is_waited_for() {
    let model = Scripted::start(|_, _| Value::Null);
    let (place, folder) = folder("engineer-waits", &model.address);
    let question = "What breaks if web fails?";
    let ran =
        run(&place, &folder, &["ask", question, "--model", "scripted", "--max-seconds", "1"], None);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("answered without the model: the time is over"), "{}", ran.stderr);
}

#[test]
fn a_budget_is_an_amount() {
    let (place, folder) = folder("engineer-budget", "127.0.0.1:9");
    for amount in ["nan", "inf", "-1", "much"] {
        let limit = format!("--max-usd={amount}");
        let ran = run(&place, &folder, &["ask", "?", "--model", "scripted", &limit], None);
        assert_eq!(ran.code, Some(2), "{amount}: {}", ran.stderr);
        assert!(ran.stderr.contains("0 or more"), "{}", ran.stderr);
    }
}

/// A letter of more than one byte may be cut as well.
#[test]
fn a_session_that_was_cut_anywhere_is_read() {
    let (place, folder) = folder("engineer-cut", "127.0.0.1:9");
    let whole = "{\"type\":\"started\",\"schema\":\"kai.session/v1\",\"root\":\"/r\",\"model\":\"m\",\"at\":7}\n{\"type\":\"said\",\"message\":{\"role\":\"user\",\"content\":[{\"text\":\"Wie groß?\",\"citations\":[]}]}}\n";
    let inside = whole.find('ß').expect("it is there") + 1;
    write(&place, "state/sessions/7-1.jsonl", &whole.as_bytes()[..inside]);
    let ran = run(&place, &folder, &["sessions", "export", "7-1"], None);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "# `/r` with m\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("line 2 broke off and is left out"), "{}", ran.stderr);
    let listed = run(&place, &folder, &["sessions", "list"], None);
    assert!(listed.stdout.starts_with("7-1  /r  m"), "{}", listed.stdout);
}

/// Who reads a pipe waits for somebody who writes.
#[test]
#[cfg(unix)]
fn what_is_no_file_is_no_session() {
    let (place, folder) = folder("engineer-pipe", "127.0.0.1:9");
    let sessions = place.join("state/sessions");
    std::fs::create_dir_all(sessions.join("7-2.jsonl")).expect("there is room");
    let made = Command::new("mkfifo").arg(sessions.join("7-1.jsonl")).status();
    assert!(made.expect("there is a mkfifo").success());
    let listed = run(&place, &folder, &["sessions", "list"], None);
    assert_eq!((listed.code, listed.stdout.contains("7-")), (Some(0), false), "{}", listed.stdout);
    for id in ["7-1", "7-2"] {
        let ran = run(&place, &folder, &["sessions", "export", id], None);
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        let question = ["ask", "?", "--model", "scripted", "--resume", id];
        assert_eq!(run(&place, &folder, &question, None).code, Some(2));
    }
}

/// Helpers that work at the same time share what is left.
#[test]
fn many_helpers_spend_no_more_than_one_budget() {
    let model = Scripted::start(|number, body| match body.contains("\"name\":\"Task\"") {
        true => {
            let all = (0..8)
                .map(|it| call(it, "Task", json!({ "question": format!("{it} of {number}?") })));
            Value::Array(all.collect())
        }
        false => {
            json!([call(0, "Read", json!({ "path": "deploy/web.yaml", "from": body.len() }))])
        }
    });
    let (place, folder) = folder("engineer-helpers", &model.address);
    let question = "What breaks if web fails?";
    let ran =
        run(&place, &folder, &["ask", question, "--model", "scripted", "--max-steps", "30"], None);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(model.requests().len() <= 30, "{}", model.requests().len());
}

#[test]
fn a_session_of_another_folder_is_not_gone_on_with_there() {
    let model = Scripted::start(|_, _| json!([call(0, "answer", json!({ "claims": [] }))]));
    let (place, folder) = folder("engineer-elsewhere", &model.address);
    let _ = run(&place, &folder, &["ask", "Here?", "--model", "scripted"], None);
    let listed = run(&place, &folder, &["sessions", "list"], None).stdout;
    let id = listed.split_whitespace().next().expect("it is listed");
    write(&place, "other/deploy/web.yaml", "kind: Namespace\n");
    let other = place.join("other");
    let ran = run(&place, &other, &["ask", "There?", "--model", "scripted", "--resume", id], None);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("/repository`; go on with it there"), "{}", ran.stderr);
    assert_eq!(model.requests().len(), 1, "nothing is sent");
}

#[test]
fn where_nothing_can_be_kept_there_is_an_answer_all_the_same() {
    let model = Scripted::start(|_, _| json!([call(0, "answer", json!({ "claims": [] }))]));
    let (place, folder) = folder("engineer-unkept", &model.address);
    write(&place, "state", "a file, and no folder");
    let ran = run(&place, &folder, &["ask", "?", "--model", "scripted"], None);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stderr.contains("this conversation is not kept"), "{}", ran.stderr);
}

#[test]
#[cfg(unix)]
fn who_stops_while_the_key_is_told_is_not_told_of_the_key() {
    let (place, folder) = folder("engineer-key", "127.0.0.1:9");
    let told = place.join("told");
    let script = format!("touch {}; sleep 20", told.display());
    let models = std::fs::read_to_string(place.join("models.toml")).expect("it is there");
    write(
        &place,
        "models.toml",
        format!("{models}key = {{ command = [\"sh\", \"-c\", \"{script}\"] }}\n"),
    );
    let kai = [env!("CARGO_BIN_EXE_kai"), "ask", "Why?", "--model", "scripted"];
    let child = started(&place, &folder, kai.iter());
    let begun = Instant::now();
    while !told.exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the program is started");
        std::thread::yield_now();
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.expect("there is a kill").success());
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(!said.contains("takes too long"), "{said}");
}

/// A repository inside of another one has settings of its own.
#[test]
#[cfg(target_os = "linux")]
fn no_repository_below_the_folder_chooses_a_program() {
    let model = Scripted::start(|number, _| match number {
        0 => json!([
            call(0, "Bash", json!({ "command": "cd inner && git log -p -1 -- a.txt" })),
            call(1, "Bash", json!({ "command": "git -C inner log -p -1 -- a.txt" })),
        ]),
        _ => json!([call(0, "answer", json!({ "claims": [] }))]),
    });
    let (place, folder) = folder("engineer-inner", &model.address);
    let inner = folder.join("inner");
    write(&inner, "a.txt", "as it is\n");
    write(&inner, ".gitattributes", "*.txt diff=loud\n");
    git(&folder, &["init", "-q"]);
    git(&inner, &["init", "-q"]);
    git(&inner, &["add", "."]);
    git(&inner, &["commit", "-qm", "first"]);
    git(&inner, &["config", "diff.loud.textconv", "echo KAITEXTCONV; cat"]);
    let _ = run(&place, &folder, &["ask", "?", "--model", "scripted"], None);
    let told = &model.requests()[1];
    if told.contains("cannot be confined") {
        return say("SKIPPED: commands cannot be confined on this machine, so none ran");
    }
    assert!(told.contains("as it is") && !told.contains("KAITEXTCONV"), "{told}");
}

/// A tag may lead to a file, and what is asked of a commit then shows all of that file.
#[test]
#[cfg(target_os = "linux")]
fn a_tag_of_a_file_is_not_printed() {
    let model = Scripted::start(|number, _| match number {
        0 => {
            let commands = [
                "git show -s kept",
                "git show --stat kept",
                "git for-each-ref --format='%(raw)' refs/tags/kept",
                "git tag -l --format='%(raw)'",
                "git show -s HEAD",
            ];
            let calls = (0..).zip(commands);
            Value::Array(calls.map(|(at, it)| call(at, "Bash", json!({ "command": it }))).collect())
        }
        _ => json!([call(0, "answer", json!({ "claims": [] }))]),
    });
    let (place, folder) = folder("engineer-tag", &model.address);
    write(&folder, ".env", "WORD=plain\n");
    git(&folder, &["init", "-q"]);
    git(&folder, &["add", "-f", ".env"]);
    git(&folder, &["commit", "-qm", "first"]);
    git(&folder, &["tag", "kept", "HEAD:.env"]);
    let _ = run(&place, &folder, &["ask", "?", "--model", "scripted"], None);
    let told = &model.requests()[1];
    if told.contains("cannot be confined") {
        return say("SKIPPED: commands cannot be confined on this machine, so none ran");
    }
    assert!(!told.contains("WORD=plain"), "{told}");
    assert_eq!(told.matches("exit code 0").count(), 1, "{told}");
}
