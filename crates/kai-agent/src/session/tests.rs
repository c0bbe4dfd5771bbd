//! Lines there and back.

use kai_core::{Evidence, EvidenceKind};
use serde_json::json;

use super::{Entry, kept, line, page, read};
use crate::model::{Arguments, Block, Citation, Message, Piece, Role, ToolCall, ToolResult};

fn entries() -> Vec<Entry> {
    let call = ToolCall {
        id: "c1".to_owned(),
        name: "Read".to_owned(),
        arguments: Arguments::read("{\"path\":\"a\\nb\"}"),
    };
    let broken = ToolCall {
        id: "c2".to_owned(),
        name: "Read".to_owned(),
        arguments: Arguments::read("{\"path\":"),
    };
    let citation = Citation {
        evidence: Some("E-1".to_owned()),
        quote: "q".to_owned(),
        given: json!({ "a": 1 }),
    };
    let result = ToolResult {
        call: "c1".to_owned(),
        content: vec![
            Piece::Text("ok\n".to_owned()),
            Piece::Evidence { id: "E-1".to_owned(), title: "a:1".to_owned(), text: "x".to_owned() },
        ],
        is_error: true,
    };
    vec![
        Entry::Started { root: "/r".to_owned(), model: "m".to_owned(), at: 7 },
        Entry::Said(Message::user("Why?")),
        Entry::Said(Message::new(
            Role::Assistant,
            vec![
                Block::Thinking { text: "hm".to_owned(), kept: Some(json!("sig")) },
                Block::Thinking { text: "hm".to_owned(), kept: None },
                Block::Text { text: "t".to_owned(), citations: vec![citation] },
                Block::Call(call),
                Block::Call(broken),
                Block::Kept(json!({ "type": "x" })),
            ],
        )),
        Entry::Said(Message::new(Role::User, vec![Block::Result(result)])),
        Entry::Shown(Evidence::new(
            EvidenceKind::Path,
            "a",
            "a → b",
            vec!["a needs b".to_owned()],
            Vec::new(),
        )),
        Entry::Ended {
            ending: "answered".to_owned(),
            text: "Because.".to_owned(),
            tokens: 9,
            dollars: Some(0.5),
        },
    ]
}

#[test]
fn what_is_written_is_read_back() {
    let text: String = entries().iter().map(line).collect();
    assert_eq!(text.lines().count(), entries().len(), "one line each");
    assert_eq!(read(&text), (entries(), Vec::new()));
}

#[test]
fn a_file_that_was_cut_anywhere_gives_all_whole_lines() {
    let text: String = entries().iter().map(line).collect();
    for end in (0..text.len()).filter(|it| text.is_char_boundary(*it)) {
        let (found, _) = read(&text[..end]);
        let whole = text[..end].matches('\n').count();
        assert!(found.len() == whole || found.len() == whole + 1, "cut at {end}");
        assert_eq!(found[..], entries()[..found.len()]);
    }
}

#[test]
fn who_goes_on_has_all_that_was_said_and_shown() {
    let kept = kept(&entries());
    assert_eq!(
        (kept.root.as_str(), kept.model.as_str(), kept.messages.len(), kept.evidence.len()),
        ("/r", "m", 3, 1)
    );
    let page = page(&entries());
    assert!(
        page.contains("## Why?") && page.contains("- `Read`") && page.contains("Because."),
        "{page}"
    );
}

#[test]
fn what_was_added_to_a_message_later_belongs_to_it_again() {
    let said = |text: &str| Entry::Said(Message::user(text));
    let kept = kept(&[said("Why?"), said("And when?")]);
    assert_eq!(kept.messages.len(), 1);
    assert_eq!(kept.messages[0].content, [Block::text("Why?"), Block::text("And when?")]);
}
