//! Calls: keys, repetitions, waits and the wish to stop.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::{Duration, Instant};

use camino::Utf8PathBuf;
use kai_agent::model::{Cancel, Event, FailureKind, Model as _};
use kai_connect::{Api, Connection, KeyPlace, Patience, Provider};
use serde_json::json;
use tempfile::NamedTempFile;

use crate::adversarial::question;
use crate::server::{Server, plain, serve};

pub(crate) const KEY: &str = "sk-test-0000-fake-key-of-these-tests";

/// A file that holds a key, as long as this is there.
pub(crate) struct KeyFile(NamedTempFile);

impl KeyFile {
    pub(crate) fn new() -> Self {
        let mut file = NamedTempFile::new().unwrap();
        writeln!(file, "{KEY}").unwrap();
        Self(file)
    }

    pub(crate) fn place(&self) -> KeyPlace {
        KeyPlace::File(Utf8PathBuf::from_path_buf(self.0.path().to_owned()).unwrap())
    }
}

pub(crate) fn provider(api: Api, server: &Server, key: Option<KeyPlace>) -> Provider {
    Provider {
        api,
        base_url: format!("http://{}", server.address),
        model: "m".to_owned(),
        key,
        key_header: if api == Api::Anthropic { "x-api-key" } else { "authorization" }.to_owned(),
        headers: BTreeMap::new(),
        window: None,
        has_citations: true,
        price: None,
        patience: Patience { pause: Duration::from_millis(20), ..Patience::default() },
    }
}

const ANSWER: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Yes.\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
const HALF: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Half\"}}]}\n\n";

fn sse(body: &str) -> serde_json::Value {
    plain(200, json!({"content-type": "text/event-stream"}), body)
}

#[test]
fn what_is_shown_is_exactly_what_is_sent_but_for_the_key() {
    for api in [Api::Chat, Api::Anthropic] {
        let server = serve(vec![sse(ANSWER)]);
        let key = KeyFile::new();
        let connection = Connection::new(provider(api, &server, Some(key.place())));
        let outbound = question("password: hunter2hunter, why?");
        let shown = connection.shown(&outbound);
        assert!(!shown.contains("hunter2") && !shown.contains(KEY), "{shown}");
        let _ = connection.call(&outbound, &Cancel::new(), &mut |_| {});
        let sent =
            String::from_utf8(server.requests.recv_timeout(Duration::from_secs(10)).unwrap())
                .unwrap();
        let (sent_head, sent_body) = sent.split_once("\r\n\r\n").unwrap();
        let (shown_head, shown_body) = shown.split_once("\n\n").unwrap();
        assert_eq!(format!("{sent_body}\n"), shown_body);
        let lines = |head: &str| {
            let mut lines: Vec<String> = head
                .lines()
                .skip(1)
                .map(|it| it.replace(KEY, "‹key›").replace("Bearer ", ""))
                .collect();
            lines.retain(|it| !it.starts_with("host:"));
            lines.sort();
            lines
        };
        assert_eq!(lines(sent_head), lines(shown_head));
        let path = shown_head.lines().next().unwrap().split(&server.address).nth(1).unwrap();
        assert!(sent_head.starts_with(&format!("POST {path} HTTP/1.1")), "{sent_head}");
        assert!(sent_head.contains(KEY));
    }
}

#[test]
fn a_call_is_repeated_until_anything_was_shown() {
    let slow_down = json!({"content-type": "application/json", "retry-after-ms": "30"});
    let limited =
        plain(429, slow_down, r#"{"error":{"type":"rate_limit_error","message":"slow down"}}"#);
    let server = serve(vec![limited, plain(503, json!({}), ""), sse(ANSWER)]);
    let connection = Connection::new(provider(Api::Chat, &server, None));
    let mut events = Vec::new();
    let answer =
        connection.call(&question("?"), &Cancel::new(), &mut |it| events.push(it)).unwrap();
    assert_eq!(answer.text(), "Yes.");
    let waits: Vec<Duration> = events
        .iter()
        .filter_map(|it| match it {
            Event::Again { wait, .. } => Some(*wait),
            _ => None,
        })
        .collect();
    assert!((30..=33).contains(&waits[0].as_millis()) && waits.len() == 2, "{waits:?}");
    let requests: Vec<Vec<u8>> = server.requests.iter().take(3).collect();
    assert!(requests[0] == requests[1] && requests[1] == requests[2]);

    let server = serve(vec![sse(HALF), sse(ANSWER)]);
    let connection = Connection::new(provider(Api::Chat, &server, None));
    let failure = connection.call(&question("?"), &Cancel::new(), &mut |_| {}).unwrap_err();
    assert_eq!((failure.kind, failure.partial.as_str()), (FailureKind::Truncated, "Half"));
    server.requests.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(server.requests.recv_timeout(Duration::from_millis(200)).is_err(), "it asked again");
}

#[test]
fn a_call_stops_at_once_while_the_other_side_is_silent() {
    let steps = json!([{"send": HALF}, {"stall_ms": 2500}]);
    let row = json!({"status": 200, "headers": {}, "framing": "chunked", "steps": steps});
    let server = serve(vec![row]);
    let connection = Connection::new(provider(Api::Chat, &server, None));
    let cancel = Cancel::new();
    let start = Instant::now();
    let shared = cancel.clone();
    let failure = connection.call(&question("?"), &cancel, &mut |_| shared.press()).unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!((failure.kind, failure.partial.as_str()), (FailureKind::Cancelled, "Half"));
}

#[test]
fn keys_come_from_files_and_programs_and_are_in_no_message() {
    let file = KeyFile::new();
    let echo = KeyPlace::Command(vec!["echo".to_owned(), KEY.to_owned()]);
    for key in [file.place(), echo] {
        let body = format!(
            r#"{{"error":{{"type":"invalid_request_error","message":"wrong key: {KEY} or sk-test-0000****"}}}}"#
        );
        let server = serve(vec![plain(401, json!({}), &body)]);
        let connection = Connection::new(provider(Api::Chat, &server, Some(key)));
        let failure = connection.call(&question("?"), &Cancel::new(), &mut |_| {}).unwrap_err();
        let printed = format!("{failure} {failure:?} {connection:?}")
            .replace("[\"echo\", \"sk-test-0000-fake", "");
        assert!(
            failure.kind == FailureKind::Auth && !failure.message.contains("sk-test"),
            "{printed}"
        );
        let sent =
            String::from_utf8(server.requests.recv_timeout(Duration::from_secs(10)).unwrap())
                .unwrap();
        assert!(sent.contains(&format!("authorization: Bearer {KEY}")), "{sent}");
    }
    let absent = [
        KeyPlace::File("/nowhere/key".into()),
        KeyPlace::Variable("KAI_TEST_NO_SUCH_KEY".to_owned()),
        KeyPlace::Command(vec!["false".to_owned()]),
        KeyPlace::Command(vec!["/nowhere/program".to_owned()]),
    ];
    for place in absent {
        let server = serve(Vec::new());
        let connection = Connection::new(provider(Api::Chat, &server, Some(place)));
        let failure = connection.call(&question("?"), &Cancel::new(), &mut |_| {}).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Auth, "{failure}");
        assert!(server.requests.recv_timeout(Duration::from_millis(50)).is_err());
    }
}

/// What a helper leaves running (an agent, a daemon) may hold its output for as long as it runs.
#[cfg(unix)]
#[test]
fn who_tells_the_key_may_not_keep_its_output_open() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // What is left running ends with the only one who could write into it.
    let _held = std::fs::File::options().read(true).write(true).open(&pipe).unwrap();
    let shown = pipe.to_str().unwrap();
    let words = ["sh", "-c", "echo \"$0\"; read -r _ <\"$1\" &", KEY, shown];
    let place = KeyPlace::Command(words.map(str::to_owned).to_vec());
    let server = serve(Vec::new());
    let mut provider = provider(Api::Chat, &server, Some(place));
    provider.patience.lingering = Duration::from_millis(1);
    let connection = Connection::new(provider);
    let failure = connection.call(&question("?"), &Cancel::new(), &mut |_| {}).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Auth);
    assert!(failure.message.contains("still holds its output open"), "{failure}");
    assert!(!failure.message.contains("sk-test"), "{failure}");
}

/// A stream that would be a gigabyte is let go of at its bound, whatever it is made of.
#[test]
fn a_stream_without_end_is_ended() {
    let text = "x".repeat(60 << 10);
    let part =
        format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n");
    let sign = format!(": {text}\n\n");
    for (piece, most) in [(&part, 64), (&sign, 64), (&text, 16)] {
        let count = (1 << 30) / piece.len();
        let steps = json!([{ "repeat": [piece, count] }]);
        let row = json!({"status": 200, "headers": {}, "framing": "chunked", "steps": steps});
        let server = serve(vec![row]);
        let connection = Connection::new(provider(Api::Chat, &server, None));
        let mut shown = 0;
        let mut show = |it| {
            if let Event::Text(text) = it {
                shown += text.len();
            }
        };
        let failure = connection.call(&question("?"), &Cancel::new(), &mut show).unwrap_err();
        assert_eq!(failure.kind, FailureKind::TooLarge, "{failure}");
        assert!(shown <= most << 20, "{shown}");
    }
}
