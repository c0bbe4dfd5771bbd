//! What users write, and what is said where it is wrong.

use camino::Utf8Path;
use kai_connect::{Api, Configuration, KeyPlace};

const PATH: &str = "models.toml";

const BOTH: &str = r#"
use = "claude"

[models.claude]
api = "anthropic"
model = "claude-haiku-4-5"
key = { variable = "ANTHROPIC_API_KEY" }

[models.local]
api = "chat"
base-url = "http://localhost:11434/v1"
model = "qwen3:8b"
window = 16384
price = { input = 0, output = 0 }
"#;

fn parse(text: &str) -> Result<Configuration, String> {
    Configuration::parse(Utf8Path::new(PATH), text).map_err(|it| it.to_string())
}

#[test]
fn a_model_is_chosen_by_name_or_by_the_file() {
    let configuration = parse(BOTH).unwrap();
    let chosen = |name| configuration.provider(Utf8Path::new(PATH), name);
    let claude = chosen(None).unwrap().unwrap();
    assert_eq!((claude.api, claude.model.as_str()), (Api::Anthropic, "claude-haiku-4-5"));
    assert_eq!(claude.key, Some(KeyPlace::Variable("ANTHROPIC_API_KEY".to_owned())));
    assert_eq!((claude.window, claude.has_citations), (Some(200_000), true));
    let local = chosen(Some("local")).unwrap().unwrap();
    assert_eq!((local.api, local.window, local.key.clone()), (Api::Chat, Some(16384), None));
    let unknown = chosen(Some("gpt")).unwrap_err().to_string();
    assert_eq!(unknown, "there is no model `gpt` in `models.toml`; it configures claude, local");
    let nothing = Configuration::default();
    assert!(nothing.provider(Utf8Path::new(PATH), None).unwrap().is_none());
    assert!(nothing.provider(Utf8Path::new(PATH), Some("x")).is_err());
}

#[test]
fn what_is_wrong_is_said_without_what_stands_there() {
    let chat = "[models.x]\napi = \"chat\"\nmodel = \"m\"\n";
    let cases = [
        (
            "[models.x]\napi = \"chat\"\nmodel = \"m\"\nkey = \"sk-fake-fake\"\n".to_owned(),
            "line 4: a key never stands in this file",
        ),
        (format!("{chat}bas-url = \"x\"\n"), "unknown field `bas-url`"),
        (chat.to_owned(), "say `base-url`"),
        (format!("{chat}base-url = \"ftp://x\"\n"), "neither `https://` nor"),
        (format!("{chat}base-url = \"https://u:sk-fake@x/v1\"\n"), "holds a login"),
        (
            format!(
                "{chat}base-url = \"http://models.example/v1\"\nkey = {{ variable = \"K\" }}\n"
            ),
            "only over `https://`",
        ),
        (
            format!(
                "{chat}base-url = \"https://x/v1\"\nheaders = {{ Authorization = \"sk-fake\" }}\n"
            ),
            "keys belong into `key`",
        ),
        (
            format!("{chat}base-url = \"https://x/v1\"\nkey = {{ command = [] }}\n"),
            "names no program",
        ),
        (
            format!("{chat}base-url = \"https://x/v1\"\nkey = {{ variable = \"sk-fake-fake\" }}\n"),
            "not what it holds",
        ),
        (
            format!("{chat}base-url = \"https://x/v1\"\nsilence-seconds = 9223372036854775807\n"),
            "between 1 and 86400",
        ),
        (format!("{chat}base-url = \"https://x/v1\"\nwhole-seconds = 0\n"), "between 1 and 86400"),
        (
            format!("{chat}base-url = \"https://x/v1\"\nprice = {{ input = nan, output = 1 }}\n"),
            "0 or more",
        ),
        (
            format!("{chat}base-url = \"https://x/v1\"\nprice = {{ input = 1, output = -1 }}\n"),
            "0 or more",
        ),
        ("[models.x\n".to_owned(), "line 1"),
    ];
    for (text, expected) in cases {
        let message = parse(&text).unwrap_err();
        assert!(message.contains(expected), "`{message}` for {text}");
        assert!(!message.contains("sk-fake"), "{message}");
    }
}

#[test]
fn the_file_is_the_users() {
    let path = |pairs: &[(&str, &str)]| {
        let found = |name: &str| pairs.iter().find(|it| it.0 == name).map(|it| it.1.to_owned());
        Configuration::path(found).map(String::from)
    };
    assert_eq!(path(&[("HOME", "/u/x")]).as_deref(), Some("/u/x/.config/kai/models.toml"));
    let both = [("HOME", "/u/x"), ("XDG_CONFIG_HOME", "/c")];
    assert_eq!(path(&both).as_deref(), Some("/c/kai/models.toml"));
    assert_eq!(path(&[("KAI_MODELS", "/m.toml"), ("HOME", "/x")]).as_deref(), Some("/m.toml"));
    assert_eq!(path(&[]), None);
    let none = Configuration::read(Utf8Path::new("/nowhere/models.toml")).unwrap();
    assert!(none.provider(Utf8Path::new(PATH), None).unwrap().is_none());
}
