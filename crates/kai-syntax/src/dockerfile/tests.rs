use expect_test::{Expect, expect};
use kai_core::{Node, Origins};

use super::{is_dockerfile, parse};
use crate::json;

#[track_caller]
fn check(text: &str, expected: &Expect) {
    let origins = Origins::new();
    let id = origins.add_document("Dockerfile".into(), text.into()).unwrap();
    let parsed = parse(&origins, id);
    let shown: String = parsed.documents.iter().map(|it| json::emit(&it.node)).collect();
    expected.assert_eq(&shown);
}

#[test]
fn stages_keep_what_they_take_and_set() {
    check(
        "ARG V=3\nFROM python:$V AS base\nENV A=1 B=\"two words\"\nRUN curl x | sh\nFROM base\nCOPY --from=ghcr.io/a/uv:latest /uv /bin/\n",
        &expect![[
            r#"{"arguments":{"V":"3"},"stages":[{"from":"python:$V","as":"base","env":[{"A":"1"},{"B":"two words"}],"does":[{"run":"curl x | sh"}]},{"from":"base","takes":["ghcr.io/a/uv:latest"]}]}"#
        ]],
    );
}

#[test]
fn what_a_stage_does_keeps_its_form_and_order() {
    check(
        "FROM a\nARG T=1\nSHELL [\"/bin/bash\", \"-c\"]\nRUN a \\\n  # why\n  b\nCOPY x y /\nUSER root\nENTRYPOINT serve -p 80\nCMD [\"b\"]\n",
        &expect![[
            r#"{"arguments":{},"stages":[{"from":"a","does":[{"arg":{"T":"1"}},{"shell":["/bin/bash","-c"]},{"run":"a \\\n          b"},{"copy":"x"},{"copy":"y"},{"user":"root"},{"entrypoint":"serve -p 80"},{"cmd":["b"]}]}]}"#
        ]],
    );
}

#[test]
fn what_builds_on_top_will_do_is_read_like_what_this_one_does() {
    check(
        "FROM a\nONBUILD COPY id_rsa /\nONBUILD RUN curl x | sh\nONBUILD CMD [\"b\"]\n",
        &expect![[
            r#"{"arguments":{},"stages":[{"from":"a","does":[{"copy":"id_rsa"},{"run":"curl x | sh"}]}]}"#
        ]],
    );
}

#[test]
fn places_are_those_of_the_text() {
    let origins = Origins::new();
    let text = "FROM a\nCOPY --from=b:1 /x /x\n";
    let id = origins.add_document("Dockerfile".into(), text.into()).unwrap();
    let parsed = parse(&origins, id);
    let stage = &parsed.documents[0].node.get("stages").unwrap().items()[0];
    let taken = &stage.get("takes").map(Node::items).unwrap()[0];
    let span = origins.span(taken.origin).unwrap();
    assert_eq!(&text[span.start as usize..span.end as usize], "b:1");
}

#[test]
fn what_is_broken_is_a_problem_with_its_place() {
    let origins = Origins::new();
    let id = origins.add_document("Dockerfile".into(), "FROM a\nBAKE b\n".into()).unwrap();
    let parsed = parse(&origins, id);
    assert_eq!(parsed.documents.len(), 0);
    assert_eq!(parsed.problems[0].span.unwrap().start, 7);
}

#[test]
fn builders_look_for_a_few_names() {
    let names = ["Dockerfile", "a/Containerfile", "Dockerfile.dev", "android.Dockerfile"];
    assert!(names.iter().all(|it| is_dockerfile(it.as_ref())));
    assert!(!is_dockerfile("Dockerfiles.md".as_ref()));
}
