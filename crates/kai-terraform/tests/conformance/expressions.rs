//! Expressions and what Terraform made of them.

use std::path::Path;

use kai_terraform::functions::function;
use kai_testing::{recorded, say};
use serde_json::Value as Json;

#[test]
fn conformance_terraform_expressions() {
    let Some(data) = recorded("KAI_TERRAFORM_DATA", "conformance/terraform") else { return };
    let cases = cases(&data);
    let mut total = 0;
    let mut equal = 0;
    for case in &cases {
        let names = case["functions"].as_array().into_iter().flatten().filter_map(Json::as_str);
        for name in names.filter(|it| !matches!(*it, "try" | "can" | "type")) {
            total += 1;
            equal += usize::from(function(name).is_some());
        }
    }
    say(&format!("terraform functions named in expressions: {equal}/{total}"));
    assert_eq!(equal, total, "a function that expressions call is not known");
}

fn cases(data: &Path) -> Vec<Json> {
    let shared =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/terraform");
    let folder = std::env::var_os("KAI_TERRAFORM_DATA").map_or(shared, Into::into);
    let path = [data, &folder].map(|it| it.join("expressions.jsonl"));
    let text = path.iter().find_map(|it| std::fs::read_to_string(it).ok()).unwrap();
    let cases: Vec<Json> = text.lines().filter_map(|it| serde_json::from_str(it).ok()).collect();
    // One answer is a number that no double holds.
    assert!(cases.len() + 1 >= text.lines().count(), "cases cannot be read");
    cases
}
