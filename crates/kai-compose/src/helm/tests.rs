use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{LocationRole, Node, OriginId, Origins};
use kai_testing::Memory;

use super::{Layer, Options, Rendered, SetKind, files_of_set, references, template};
use crate::{Project, Refusal};

const CHART: &str = "apiVersion: v2\nname: shop\nversion: 1.0.0\n";

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
spec:
  replicas: {{ .Values.replicas }}
  paused: false
  template:
    spec:
      containers:
      - name: web
        image: \"{{ .Values.image.name }}:{{ .Values.image.tag }}\"
        {{- with .Values.resources }}
        resources:
          {{- toYaml . | nindent 10 }}
        {{- end }}
";

const VALUES: &str = "\
replicas: 2
image:
  name: registry.example/web
  tag: \"1.4\"
resources:
  requests:
    cpu: 100m
";

fn render<T>(
    files: &[(&str, &str)],
    options: &Options,
    then: impl Fn(&Origins, Result<Rendered, Refusal>) -> T,
) -> T {
    let files =
        files.iter().map(|(path, text)| (Utf8PathBuf::from(path), text.as_bytes().to_vec()));
    let tree = Memory::new(files);
    let origins = Origins::new();
    let project = Project::load(&tree, &origins);
    then(&origins, template(&project, Utf8Path::new("shop"), options))
}

fn shop() -> Vec<(&'static str, &'static str)> {
    vec![
        ("shop/Chart.yaml", CHART),
        ("shop/templates/web.yaml", DEPLOYMENT),
        ("shop/values.yaml", VALUES),
        ("production.yaml", "replicas: 5\n"),
    ]
}

/// Where a value of the first object stands, as `path:line`, and whether it can be edited there.
fn place(options: &Options, path: &[&str]) -> (String, bool) {
    render(&shop(), options, |origins, rendered| {
        let objects = rendered.unwrap().objects();
        let mut node = &objects[0];
        for key in path {
            node = match key.parse::<usize>() {
                Ok(index) => &node.items()[index],
                Err(_) => node.get(key).unwrap(),
            };
        }
        let place = origins.location(node.origin, LocationRole::Primary).unwrap();
        (format!("{}:{}", place.path, place.line), origins.editable(node.origin).is_some())
    })
}

#[track_caller]
fn check_refused(files: &[(&str, &str)], expected: &str) {
    render(files, &Options::default(), |_, rendered| {
        let message = rendered.unwrap_err().message;
        assert!(message.contains(expected), "{message}");
    });
}

/// The words that refuse a chart with one template.
#[track_caller]
fn check_runaway(text: &str, expected: &str) {
    let files = [("shop/Chart.yaml", CHART), ("shop/templates/a.yaml", text)];
    let words = render(&files, &Options::default(), |_, it| it.unwrap_err().message);
    assert!(words.contains(expected), "{}", &words[..words.len().min(500)]);
}

#[test]
fn what_lies_in_itself_is_refused() {
    let deep = "values lie in each other more than 500 deep";
    let itself = "{{ $d := dict }}{{ $_ := set $d \"a\" $d }}";
    for walk in ["$d", "toYaml $d", "toJson $d", "print $d", "deepCopy $d | len", "quote $d"] {
        check_runaway(&format!("{itself}{{{{ {walk} }}}}"), deep);
    }
    check_runaway(&format!("{itself}{{{{ printf \"%v\" $d }}}}"), deep);
    check_runaway(&format!("{itself}{{{{ merge (dict \"a\" (dict)) $d | toYaml }}}}"), deep);
    check_runaway(
        "{{ define \"a\" }}{{ $s := \"{{ tpl $.s $ }}\" }}{{ tpl $s (dict \"s\" $s) }}{{ end }}{{ include \"a\" . }}",
        "texts are run as templates",
    );
    let twice = "{{ $d := dict }}{{ range until 60 }}{{ $d = dict \"a\" $d \"b\" $d }}{{ end }}";
    for walk in ["toYaml", "toToml"] {
        check_runaway(&format!("{twice}{{{{ {walk} $d }}}}"), "values hold more than");
    }
}

#[test]
fn what_grows_without_end_is_refused() {
    let doubled = "{{ $s := \"x\" }}{{ range until 40 }}{{ $s = print $s $s }}{{ end }}";
    check_runaway(doubled, "a text has more than");
    let lists = "{{ $s := list 1 }}{{ range until 40 }}{{ $s = concat $s $s }}{{ end }}";
    check_runaway(lists, "values hold more than");
    check_runaway("{{ join (repeat 100000 \"x\") (until 100000) | len }}", "a text has more than");
    let replaced = "{{ regexReplaceAll \"a\" (repeat 1000 \"a\") (repeat 100000 \"b\") | len }}";
    check_runaway(replaced, "a text has more than");
    let read = "{{ $s := repeat 4000000 \"x\" }}{{ range until 1000 }}{{ $_ := hasPrefix \"y\" $s }}{{ end }}";
    check_runaway(read, "functions handle more than");
}

#[test]
fn an_action_without_end_is_told_by_the_name_of_its_chart() {
    let expected = "parse error at (shop/templates/a.yaml:2): unclosed action started at shop/templates/a.yaml:1";
    check_runaway("{{ .Values\n", expected);
}

#[test]
fn a_variable_has_no_value_where_it_is_declared() {
    for text in [
        "{{ $x := $x }}",
        "{{ $x := 1 | print $x }}",
        "{{ with $x := .Values }}{{ else with $y := $y.z }}{{ end }}{{ if $x := not $x }}{{ end }}",
    ] {
        check_runaway(text, "undefined variable: $");
    }
}

#[test]
fn dependencies_that_are_none_are_refused() {
    for (written, expected) in [("abc", "are no list"), ("[abc]", "is no mapping")] {
        let chart = format!("{CHART}dependencies: {written}\n");
        check_refused(&[("shop/Chart.yaml", &chart)], expected);
    }
}

#[test]
fn a_chart_prints_what_helm_prints() {
    let text = render(&shop(), &Options::default(), |_, it| it.unwrap().text());
    assert_eq!(
        text,
        "---\n# Source: shop/templates/web.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  \
         name: release-name-web\nspec:\n  replicas: 2\n  paused: false\n  template:\n    spec:\n      \
         containers:\n      - name: web\n        image: \"registry.example/web:1.4\"\n        \
         resources:\n          requests:\n            cpu: 100m\n"
    );
}

#[test]
fn who_wants_the_text_alone_gets_the_same_text_and_what_may_be_secret() {
    let printed = |text_only| {
        let mut files = shop();
        files.extend([
            ("shop/templates/secret.yaml", "kind: Secret\nmetadata: {name: db}\ndata: {a: Yg==}\n"),
            ("shop/templates/list.yaml", "kind: List\nitems:\n- kind: Secret\n"),
            (
                "shop/templates/hook.yaml",
                "kind: Job\nmetadata:\n  annotations: {helm.sh/hook: test}\n",
            ),
            (
                "shop/templates/none.yaml",
                "kind: Job\nmetadata:\n  annotations: {helm.sh/hook: never}\n",
            ),
            ("shop/templates/empty.yaml", "# nothing\n"),
        ]);
        render(&files, &Options { text_only, ..Options::default() }, |_, rendered| {
            let rendered = rendered.unwrap();
            let kind = |it: &Node| it.str_at(&["kind"]).unwrap_or_default().to_owned();
            let kinds: Vec<_> = rendered.objects().iter().map(kind).collect();
            (rendered.text(), kinds)
        })
    };
    let (whole, alone) = (printed(false), printed(true));
    assert_eq!(whole.0, alone.0);
    assert_eq!(whole.1, ["Secret", "Deployment", "List", "Job"]);
    assert_eq!(alone.1, ["Secret", "List"]);
}

#[test]
fn who_wants_the_text_alone_gets_the_same_of_what_a_template_reads_back() {
    let printed = |text_only| {
        let mut files = shop();
        files.push((
            "shop/templates/read.yaml",
            "kind: Job\nspec:\n\
             {{ $text := toYaml .Values | printf \"%s\\n0x10: {a: b}\\nyes: [1.0, c]\" }}\
             {{ fromYaml $text | toYaml | indent 2 }}\n  \
             none: {{ (fromYaml \"a: \\u2028x\").Error | quote }}\n  \
             tab: {{ (fromYaml \"a:\\tb\\n\\tc: d\").Error | quote }}\n  \
             list: {{ fromYamlArray \"[a, 1, {b: é\\u00a0}]\" | toJson }}\n",
        ));
        render(&files, &Options { text_only, ..Options::default() }, |_, it| it.unwrap().text())
    };
    let whole = printed(false);
    assert!(whole.contains("  \"16\":\n    a: b\n"), "{whole}");
    assert!(whole.contains("could not find expected ':'"), "{whole}");
    assert_eq!(whole, printed(true));
}

#[test]
fn a_printed_value_leads_to_the_line_that_set_it() {
    let defaults = Options::default();
    assert_eq!(place(&defaults, &["spec", "replicas"]), ("shop/values.yaml:1".into(), true));
    let options =
        Options { values: vec![Layer::File("production.yaml".into())], ..Options::default() };
    assert_eq!(place(&options, &["spec", "replicas"]), ("production.yaml:1".into(), true));
    let cpu = ["spec", "template", "spec", "containers", "0", "resources", "requests", "cpu"];
    assert_eq!(place(&defaults, &cpu), ("shop/values.yaml:7".into(), true));
}

#[test]
fn a_given_value_remembers_the_default_that_it_takes_the_place_of() {
    let options =
        Options { values: vec![Layer::File("production.yaml".into())], ..Options::default() };
    render(&shop(), &options, |origins, rendered| {
        let objects = rendered.unwrap().objects();
        let replicas = objects[0].at(&["spec", "replicas"]).unwrap().origin;
        let path = |it| origins.location(it, LocationRole::Primary).unwrap().path;
        let paths: Vec<_> = origins.chain(replicas).into_iter().map(path).collect();
        assert!(paths.iter().any(|it| it == "shop/values.yaml"), "{paths:?}");
        assert!(paths.iter().any(|it| it == "production.yaml"), "{paths:?}");
    });
}

/// The links behind every field of `data` that a template prints, from the template's line on.
#[track_caller]
fn check_links(data: &str, set: &[&str], expected: &[&str]) {
    let written = format!("# a line\nkind: ConfigMap\ndata:\n{data}");
    let files = [
        ("shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: '4.5'\n"),
        ("shop/values.yaml", "a: 3\nb: bee\nc: true\nempty: ''\nl: [1, 2]\n"),
        ("shop/templates/a.yaml", written.as_str()),
        (
            "shop/templates/_b.tpl",
            "{{ define \"b\" }}\n{{- if .Values.c }}\n{{- .Release.Name }}\n{{- end }}{{ end }}",
        ),
    ];
    let tree = Memory::new(files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec())));
    let origins = Origins::new();
    let project = Project::load(&tree, &origins);
    let set = set.iter().map(|it| Layer::Set {
        text: it.to_string(),
        kind: SetKind::Typed,
        origin: origins.flag(&format!("--set {it}")),
    });
    let options = Options { values: set.collect(), ..Options::default() };
    let rendered = template(&project, Utf8Path::new("shop"), &options).unwrap();
    let objects = rendered.objects();
    let fields = objects[0].get("data").and_then(kai_core::Node::as_map).unwrap();
    let links = fields.iter().map(|it| {
        let at = match origins.role(it.node.origin) {
            kai_core::Role::Templated => origins.parents(it.node.origin)[0],
            _ => it.node.origin,
        };
        let mut links = vec![at];
        links.extend(origins.chain(it.node.origin).into_iter().skip(1));
        let mut places: Vec<_> = links
            .into_iter()
            .map(|it| {
                let place = origins.location(it, LocationRole::Primary).unwrap();
                let file = place.path.file_name().unwrap_or(place.path.as_str());
                let place = match place.line {
                    0 => place.path.to_string(),
                    line => format!("{file}:{line}"),
                };
                match origins.role(it) {
                    role @ (kai_core::Role::Generated | kai_core::Role::Computed) => {
                        format!("{role:?} {place}")
                    }
                    _ => place,
                }
            })
            .collect();
        let mut seen = std::collections::BTreeSet::new();
        places.retain(|it| seen.insert(it.clone()));
        format!("{} = {}: {}", it.key, it.node.text().unwrap_or_default(), places.join(" < "))
    });
    assert_eq!(links.collect::<Vec<_>>(), expected);
}

#[test]
fn what_nobody_wrote_stands_at_the_action_that_prints_it() {
    let data = "  a: {{ .Release.Name }}\n  b: {{ \"x\" }}\n  c: {{ include \"b\" . }}\n  \
                d: {{ template \"b\" . }}\n{{ range $i, $_ := .Values.l }}\n  e{{ $i }}: \
                {{ $i }}{{ end }}\n  f: {{ \"y\" | quote | indent 1 }}\n";
    let expected = [
        "a = release-name: a.yaml:4",
        "b = x: a.yaml:5",
        "c = release-name: _b.tpl:3",
        "d = release-name: _b.tpl:3",
        "e0 = 0: a.yaml:9",
        "e1 = 1: a.yaml:9",
        "f = y: a.yaml:10",
    ];
    check_links(data, &[], &expected);
}

#[test]
fn what_is_computed_remembers_the_values_that_fed_it() {
    let data = "  a: {{ add .Values.a 1 }}\n  b: {{ printf \"%s-x\" .Values.b }}\n  \
                c: {{ len .Values.l }}\n  d: {{ ternary 1 2 .Values.c }}\n  \
                e: {{ not .Values.c }}\n  f: {{ default \"z\" .Values.empty }}\n\
                {{- $n := mul .Values.a 2 }}\n  g: {{ printf \"%s-%d\" .Values.b $n }}\n  \
                h: {{ .Chart.AppVersion }}\n";
    let expected = [
        "a = 4: a.yaml:4 < Computed values.yaml:1 < values.yaml:1",
        "b = bee-x: a.yaml:5 < values.yaml:2",
        "c = 2: a.yaml:6 < Computed values.yaml:5 < values.yaml:5",
        "d = 1: a.yaml:7 < Computed values.yaml:3 < values.yaml:3",
        "e = false: a.yaml:8 < Computed values.yaml:3 < values.yaml:3",
        "f = z: a.yaml:9 < Computed values.yaml:4 < values.yaml:4",
        "g = bee-6: a.yaml:11 < values.yaml:2 < Computed values.yaml:1 < values.yaml:1",
        "h = 4.5: a.yaml:12 < Chart.yaml:4",
    ];
    check_links(data, &[], &expected);
}

#[test]
fn what_is_generated_says_so_and_stands_at_the_action_that_made_it() {
    let data = "  a: {{ uuidv4 }}\n  b: {{ now | date \"2006\" | quote }}\n  \
                c: {{ now.Year }}\n  d: {{ randInt 3 9 }}\n  \
                e: {{ (genCA \"a\" 1).Cert | b64enc | trunc 3 }}\n";
    let expected = [
        "a = 00000000-0000-4000-8000-000000000000: a.yaml:4 < Generated a.yaml:4",
        "b = 2024: a.yaml:5 < Generated a.yaml:5",
        "c = 2024: a.yaml:6 < Generated a.yaml:6",
        "d = 3: a.yaml:7 < Generated a.yaml:7",
        "e = LS0: a.yaml:8 < Generated a.yaml:8",
    ];
    check_links(data, &[], &expected);
}

#[test]
fn what_a_flag_sets_leads_to_the_flag_and_keeps_its_type() {
    let data = "  a: {{ .Values.a }}\n  b: {{ printf \"%T\" .Values.a }}\n";
    let expected = [
        "a = 1000000: a.yaml:4 < --set a=1000000 < values.yaml:1",
        "b = int64: a.yaml:5 < Computed --set a=1000000 < --set a=1000000 < values.yaml:1",
    ];
    check_links(data, &["a=1000000"], &expected);
}

#[test]
fn a_computed_value_has_no_text_of_its_own() {
    let mut files = shop();
    files[1].1 = "kind: Deployment\nspec:\n  replicas: {{ add .Values.replicas 1 }}\n";
    render(&files, &Options::default(), |origins, rendered| {
        let objects = rendered.unwrap().objects();
        let replicas = objects[0].at(&["spec", "replicas"]).unwrap();
        assert_eq!((replicas.text(), origins.editable(replicas.origin)), (Some("3"), None));
    });
}

#[test]
fn broken_output_leads_to_the_line_of_the_template_that_wrote_it() {
    let mut files = shop();
    files[1].1 = "kind: ConfigMap\ndata:\n  a: 1\n{{ toYaml .Values.image | indent 1 }}\n";
    check_refused_at(&files, &Options::default(), "YAML parse error", "shop/templates/web.yaml:4");
    files[1].1 = "kind: ConfigMap\nmetadata:\n  name: [{{ .Values.replicas }}]\n";
    check_refused_at(&files, &Options::default(), "has another type", "shop/templates/web.yaml:3");
}

#[test]
fn a_broken_file_of_values_leads_to_its_own_line() {
    let mut files = shop();
    files[3].1 = "replicas: 5\n image: {}\n";
    let options =
        Options { values: vec![Layer::File("production.yaml".into())], ..Options::default() };
    check_refused_at(&files, &options, "failed to parse production.yaml", "production.yaml:2");
}

#[track_caller]
fn check_refused_at(files: &[(&str, &str)], options: &Options, words: &str, place: &str) {
    render(files, options, |origins, rendered| {
        let refusal = rendered.unwrap_err();
        assert!(refusal.message.contains(words), "{}", refusal.message);
        let at = refusal.at.and_then(|it| origins.location(it, LocationRole::Primary)).unwrap();
        assert_eq!(format!("{}:{}", at.path, at.line), place);
    });
}

#[test]
fn what_the_template_writes_leads_to_the_template() {
    let paused = place(&Options::default(), &["spec", "paused"]);
    assert_eq!(paused, ("shop/templates/web.yaml:7".into(), true));
}

#[test]
fn a_joined_value_leads_to_its_last_part_and_has_no_text_of_its_own() {
    let image = ["spec", "template", "spec", "containers", "0", "image"];
    assert_eq!(place(&Options::default(), &image), ("shop/values.yaml:4".into(), false));
}

#[test]
fn what_a_value_writes_as_a_template_leads_to_the_value() {
    let files = [
        ("shop/Chart.yaml", CHART),
        (
            "shop/values.yaml",
            "note: |\n  kind: ConfigMap\n  data:\n    release: {{ .Release.Name }}\n    team: ledger\n",
        ),
        ("shop/templates/note.yaml", "{{ tpl .Values.note . }}"),
    ];
    render(&files, &Options::default(), |origins, rendered| {
        let objects = rendered.unwrap().objects();
        let team = objects[0].at(&["data", "team"]).unwrap();
        let place = origins.location(team.origin, LocationRole::Primary).unwrap();
        assert_eq!(place.path, "shop/values.yaml");
    });
}

#[test]
fn renders_of_one_project_share_the_chart() {
    let files = shop().into_iter().map(|(path, text)| (path, text.as_bytes().to_vec()));
    let tree = Memory::new(files);
    let origins = Origins::new();
    let project = Project::load(&tree, &origins);
    let path = Utf8Path::new("shop");
    let production =
        Options { values: vec![Layer::File("production.yaml".into())], ..Options::default() };
    let render = |it: &Options| template(&project, path, it).unwrap().text();
    let (first, second) = rayon::join(|| render(&Options::default()), || render(&production));
    assert!(first.contains("replicas: 2") && second.contains("replicas: 5"));
    let chart =
        || project.charts.chart(&project, &super::ChartSource::InTree(path.into())).unwrap();
    assert!(std::sync::Arc::ptr_eq(&chart(), &chart()));
    assert_eq!(render(&Options::default()), first);
}

#[test]
fn a_schema_that_needs_a_network_leaves_its_chart_unchecked() {
    let mut files = shop();
    files.push(("shop/values.schema.json", r#"{"$ref": "https://schemas.example/values.json"}"#));
    let unchecked = render(&files, &Options::default(), |_, it| it.unwrap().unchecked);
    assert_eq!(unchecked, ["shop"]);
}

#[test]
fn a_schema_that_is_none_is_refused_whatever_the_values_are() {
    let wrong = [
        r#"{"type": "objekt"}"#,
        r#"{"type": ["string", "string"]}"#,
        r#"{"required": "replicas"}"#,
        r#"{"required": [1]}"#,
        r#"{"properties": {"other": {"minLength": -1}}}"#,
        r#"{"properties": {"other": {"pattern": "("}}}"#,
        r#"{"properties": []}"#,
        r#"{"anyOf": []}"#,
        r#"{"items": {"additionalProperties": 1}}"#,
        r#"{"multipleOf": "2"}"#,
        r##"{"$schema": "http://json-schema.org/draft-04/schema#", "required": []}"##,
        r##"{"$ref": "#/definitions/absent"}"##,
        r##"{"$ref": "#/other", "other": {"type": 1}}"##,
    ];
    for schema in wrong {
        let mut files = shop();
        files.push(("shop/values.schema.json", schema));
        check_refused(&files, "values.schema.json: ");
    }
}

#[test]
fn a_schema_refuses_values() {
    let mut files = shop();
    files.push(("shop/values.schema.json", r#"{"properties": {"replicas": {"type": "string"}}}"#));
    check_refused(&files, "at '/replicas'");
}

#[test]
fn what_is_set_has_the_last_word() {
    let text = "replicas=7,image.tag=2".to_owned();
    let set = Layer::Set { text, kind: SetKind::Typed, origin: OriginId::NONE };
    let options = Options { values: vec![set], ..Options::default() };
    let text = render(&shop(), &options, |_, it| it.unwrap().text());
    assert!(text.contains("replicas: 7") && text.contains("web:2\""), "{text}");
}

/// What one template writes, without the frame around it.
#[track_caller]
fn check_text(template: &str, expected: &str) {
    let template = format!("text: |-\n  {{{{ {template} }}}}");
    let files = [("shop/Chart.yaml", CHART), ("shop/templates/a.yaml", template.as_str())];
    let text = render(&files, &Options::default(), |_, it| it.unwrap().text());
    let written = text.trim().strip_prefix("---\n# Source: shop/templates/a.yaml\ntext: |-\n  ");
    assert_eq!(written, Some(expected));
}

#[test]
fn what_is_no_yaml_or_json_is_said_in_the_words_of_go() {
    let yaml = "error converting YAML to JSON: ";
    check_text(
        r#"(fromYaml "a: 1\n b: 2").Error"#,
        &format!("{yaml}yaml: line 2: mapping values are not allowed in this context"),
    );
    check_text(
        r#"first (fromYamlArray "[1, 2")"#,
        &format!("{yaml}yaml: line 1: did not find expected ',' or ']'"),
    );
    check_text(r#"(fromYaml "a: .inf").Error"#, &format!("{yaml}json: unsupported value: +Inf"));
    let colon = |line: u32| format!("{yaml}yaml: line {line}: could not find expected ':'");
    check_text(r#"(fromYaml "a: 1\nb\n\nc: 2").Error"#, &colon(4));
    check_text(r#"(fromYaml "a: 1\nb\n").Error"#, &colon(3));
    check_text(r#"(fromYaml "a: \u2028x").Error"#, &colon(3));
    check_text(
        r#"(fromYaml "a: {null: [1], ~: 2}").Error"#,
        "error converting YAML to JSON: yaml: a mapping has a null key, which JSON and so \
         Kubernetes cannot hold",
    );
    check_text(
        r#"(fromYaml "a: {~: true}").Error"#,
        &format!("{yaml}unsupported map key of type: %!s(<nil>), key: <nil>, value: true"),
    );
    check_text(r#"(fromJson "{} x").Error"#, "invalid character 'x' after top-level value");
    check_text(r#"(fromJson "{\"a\" 1}").Error"#, "invalid character '1' after object key");
    check_text(r#"(fromJson "[1 2]").Error"#, "invalid character '2' after array element");
    check_text(r#"(fromJson "[1").Error"#, "unexpected end of JSON input");
    check_text(r#"(fromJson "[-x]").Error"#, "invalid character 'x' in numeric literal");
    check_text(r#"(fromJson "[\"\\x\"]").Error"#, "invalid character 'x' in string escape code");
}

#[test]
fn of_hooks_alone_nothing_stands_before_the_first() {
    let hook = "kind: Job\nmetadata: {annotations: {helm.sh/hook: pre-install}}";
    let files = [("shop/Chart.yaml", CHART), ("shop/templates/a.yaml", hook)];
    let shown = format!("---\n# Source: shop/templates/a.yaml\n{hook}\n");
    let text = render(&files, &Options::default(), |_, it| it.unwrap().text());
    assert_eq!(text, format!("\n{shown}"));
    let options = Options { show_only: vec!["templates/a.yaml".into()], ..Options::default() };
    assert_eq!(render(&files, &options, |_, it| it.unwrap().text()), shown);
}

#[test]
fn yaml_is_written_through_json_which_does_not_escape_every_character_that_yaml_escapes() {
    check_text(r#"toYaml "a \u0085 b""#, "a b");
    check_text(r#"toYaml "a\u0085\u0085b""#, "|-\n  a\n  b");
    check_text(r#"toYaml (dict "a\u0085b" 1)"#, "a b: 1");
    check_text(r#"toYaml "a\u007f" | quote"#, r#""""#);
    check_text(r#"toYamlPretty "a\u007f""#, r#""a\x7F""#);
    let files =
        [("shop/Chart.yaml", CHART), ("shop/templates/a.yaml", r#"{{ mustToYaml "\u007f" }}"#)];
    check_refused(&files, "yaml: control characters are not allowed");
}

#[test]
fn half_a_character_is_a_byte() {
    check_text(r#"trunc 2 "aż" | quote"#, r#""a\xc5""#);
    check_text(r#"trunc -2 "ża" | quote"#, r#""\xbca""#);
    check_text(r#"substr 1 3 "żół" | quote"#, r#""\xbc\xc3""#);
    check_text(r#"substr 2 4 "żół""#, "ó");
}

#[test]
fn what_a_template_encrypts_it_decrypts_with_the_same_password_alone() {
    check_text(r#"encryptAES "k" "clear" | decryptAES "k""#, "clear");
    check_text(r#"encryptAES "k" "" | decryptAES "k" | quote"#, r#""""#);
    check_text(r#"encryptAES "k" "clear" | decryptAES "other""#, "decrypted-by-the-chart");
    let files =
        [("shop/Chart.yaml", CHART), ("shop/templates/a.yaml", r#"{{ decryptAES "k" "zz" }}"#)];
    check_refused(&files, "illegal base64 data at input byte 0");
}

#[test]
fn a_url_without_a_closing_bracket_or_with_words_for_a_port_is_none() {
    let refused = |url: &str, why: &str| {
        let template = format!("{{{{ urlParse {url:?} }}}}");
        check_refused(&[("shop/Chart.yaml", CHART), ("shop/templates/a.yaml", &template)], why);
    };
    refused("http://[bad", "unable to parse url: parse \"http://[bad\": missing ']' in host");
    refused("http://a:b", "invalid port \":b\" after host");
    refused("http://[::1]b", "invalid port \"b\" after host");
    check_text(r#"(urlParse "http://[::1]:80/").host"#, "[::1]:80");
    check_text(r#"(urlParse "http://a:").hostname"#, "a");
}

#[test]
fn a_tab_before_the_first_key_of_the_values_is_refused() {
    let files = [("shop/Chart.yaml", CHART), ("shop/values.yaml", "\ta: 1\n")];
    check_refused(&files, "yaml: found character that cannot start any token");
}

#[test]
fn a_chart_that_takes_files_takes_hidden_ones_that_nothing_leaves_out() {
    let template = "a: {{ range $name, $_ := .Files.Glob \"**\" }}{{ $name }} {{ end }}";
    let files = [
        ("shop/Chart.yaml", CHART),
        ("shop/.helmignore", ".git/\n"),
        ("shop/.git/config", ""),
        ("shop/.hidden", ""),
        ("shop/conf/.d/a", ""),
        ("shop/templates/.b.yaml", "b: 1"),
        ("shop/templates/a.yaml", template),
    ];
    let text = render(&files, &Options::default(), |_, it| it.unwrap().text());
    assert_eq!(text, "---\n# Source: shop/templates/a.yaml\na: .helmignore .hidden conf/.d/a\n");
}

#[test]
fn words_are_divided_as_go_divides_them() {
    check_text(r#"snakecase "HTTPServer2xx and$more""#, "http_server_2xx_and_$_more");
    check_text(r#"kebabcase "someID9x a.b""#, "some-id-9x-a.b");
    check_text(r#"camelcase "http__server-name""#, "Http_ServerName");
    check_text(r#"initials "Ada  Lovelace""#, "AL");
}

#[test]
fn a_chart_whose_dependencies_are_all_off_has_no_list_of_them() {
    let chart =
        format!("{CHART}dependencies:\n- {{name: kid, version: 1.0.0, condition: kid.enabled}}\n");
    let text = |values: &str| {
        let template = "a: {{ toJson .Chart.Dependencies }}\nb: {{ range .Chart.Dependencies }}{{ .Name }}{{ end }}";
        let files = [
            ("shop/Chart.yaml", chart.as_str()),
            ("shop/values.yaml", values),
            ("shop/templates/a.yaml", template),
            ("shop/charts/kid/Chart.yaml", "apiVersion: v2\nname: kid\nversion: 1.0.0\n"),
        ];
        render(&files, &Options::default(), |_, it| it.unwrap().text())
    };
    let off = text("kid: {enabled: false}\n");
    assert!(off.contains("a: null"), "{off}");
    let on = text("kid: {enabled: true}\n");
    assert!(on.contains("\"name\":\"kid\"") && on.contains("b: kid"), "{on}");
}

#[test]
fn charts_that_run_away_are_stopped() {
    let endless = "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}";
    check_refused(
        &[("shop/Chart.yaml", CHART), ("shop/templates/a.yaml", endless)],
        "nested reference name",
    );
    let many = "{{ range until 900000 }}{{ range until 900000 }}x{{ end }}{{ end }}";
    check_refused(&[("shop/Chart.yaml", CHART), ("shop/templates/a.yaml", many)], "more than");
    let long = "{{ repeat 999999999 \"x\" }}";
    check_refused(&[("shop/Chart.yaml", CHART), ("shop/templates/a.yaml", long)], "more than");
}

#[test]
fn numbers_that_are_too_large_are_what_go_makes_of_them() {
    let shown = |action: &str| {
        let template = format!("a: {{{{ {action} | quote }}}}");
        render(
            &[("shop/Chart.yaml", CHART), ("shop/templates/a.yaml", &template)],
            &Options::default(),
            |_, it| {
                it.unwrap().text().split_once("a: ").unwrap().1.trim().trim_matches('"').to_owned()
            },
        )
    };
    for (action, expected) in [
        ("atoi \"9223372036854775808\"", "9223372036854775807"),
        ("atoi \"-99999999999999999999\"", "-9223372036854775808"),
        ("duration \"9223372036854775808\"", "-1s"),
        ("duration \"99999999999\"", "2157299h53m50.45224192s"),
        ("durationRound \"9223372036854775808h\"", "0s"),
        ("ago 9223372036854775807", "2562047h47m16.854775807s"),
        ("ago 99999999999999", "-2562047h47m16.854775808s"),
        ("printf \"%1000001d\" 1 | len", "1000001"),
        ("printf \"%1000000000d\" 1", "%!(NOVERB)%!(EXTRA int=1)"),
        ("printf \"%.100000f\" 1.0 | len", "100002"),
        ("printf \"%.100000e\" 1.5 | len", "100006"),
        ("printf \"%.100000g\" 1.5", "1.5"),
        ("printf \"%.100000x\" 1.5 | len", "100008"),
        ("printf \"%0100000f\" 1.0 | len", "100000"),
    ] {
        assert_eq!(shown(action), expected, "{action}");
    }
}

/// An archive of one chart, and what its entries are called.
fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, text) in entries {
        let mut header = tar::Header::new_ustar();
        // The writer refuses names that lead out; who means harm writes them all the same.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append(&header, text.as_bytes()).unwrap();
    }
    let packed = builder.into_inner().unwrap();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, &packed).unwrap();
    encoder.finish().unwrap()
}

fn render_with_archive(packed: Vec<u8>) -> Result<String, String> {
    let tree = Memory::new([
        ("shop/Chart.yaml", CHART.as_bytes().to_vec()),
        ("shop/charts/kid-1.0.0.tgz", packed),
    ]);
    let origins = Origins::new();
    let project = Project::load(&tree, &origins);
    let rendered = template(&project, Utf8Path::new("shop"), &Options::default());
    rendered.map(|it| it.text()).map_err(|it| it.message)
}

#[test]
fn a_packed_chart_is_read_and_its_bad_entries_are_refused() {
    let kid = ("kid/Chart.yaml", "apiVersion: v2\nname: kid\nversion: 1.0.0\n");
    let text = render_with_archive(archive(&[kid, ("kid/templates/a.yaml", "a: 1")])).unwrap();
    assert!(text.contains("# Source: shop/charts/kid/templates/a.yaml\na: 1"), "{text}");
    for name in ["kid/../../etc/passwd", "../kid/a.yaml", "/etc/passwd", "kid\\..\\..\\a.yaml"] {
        let message = render_with_archive(archive(&[kid, (name, "a: 1")])).unwrap_err();
        assert!(message.contains("leads out of it"), "{message}");
    }
    let whole = archive(&[kid, ("kid/templates/a.yaml", "a: 1")]);
    assert!(render_with_archive(whole[..whole.len() / 2].to_vec()).is_err());
    assert!(render_with_archive(b"this is no archive".to_vec()).is_err());
    let empty = render_with_archive(archive(&[])).unwrap_err();
    assert!(empty.contains("no files in chart archive"), "{empty}");
}

#[test]
fn values_that_are_no_mapping_and_files_that_are_missing_are_refused() {
    let file =
        |path: &str| Options { values: vec![Layer::File(path.into())], ..Options::default() };
    let refusal = |files: &[(&str, &str)], options: &Options| {
        render(files, options, |_, it| it.unwrap_err().message)
    };
    let mut files = shop();
    files.push(("list.yaml", "- a\n"));
    assert!(refusal(&files, &file("list.yaml")).contains("it is not a mapping"));
    assert!(refusal(&files, &file("gone.yaml")).contains("open gone.yaml: no such file"));
    files.push(("broken.yaml", "a: [1\n"));
    assert!(refusal(&files, &file("broken.yaml")).contains("failed to parse broken.yaml"));
    let chart = ("shop/Chart.yaml", CHART);
    assert!(
        refusal(&[chart, ("shop/values.yaml", "- a\n")], &Options::default()).contains("mapping")
    );
}

#[test]
fn gigantic_numbers_are_numbers() {
    let values = "size: 99999999999999999999999999\nendless: 1e400\n";
    let template = "a: {{ .Values.size | int64 }}\nb: {{ .Values.size }}\nc: 1";
    let files = [
        ("shop/Chart.yaml", CHART),
        ("shop/values.yaml", values),
        ("shop/templates/a.yaml", template),
    ];
    let text = render(&files, &Options::default(), |_, it| it.unwrap().text());
    assert!(text.contains("a: -9223372036854775808\nb: 1e+26"), "{text}");
}

#[test]
fn one_chart_that_is_refused_leaves_the_others() {
    let tree = Memory::new([
        ("bad/Chart.yaml", "apiVersion: v2\nname: bad\nversion: 1.0.0\n"),
        (
            "bad/templates/a.yaml",
            "{{ $long := repeat 1000000 \"x\" }}{{ range until 99 }}{{ $long }}{{ end }}",
        ),
        ("shop/Chart.yaml", CHART),
        ("shop/templates/a.yaml", "a: 1"),
    ]);
    let origins = Origins::new();
    let project = Project::load(&tree, &origins);
    let render = |path| template(&project, Utf8Path::new(path), &Options::default());
    assert!(render("bad").unwrap_err().message.contains("a text has more than"));
    assert_eq!(render("shop").unwrap().objects().len(), 1);
}

#[test]
fn a_refusal_names_file_and_line() {
    let template = "a: 1\nb: {{ required \"say which zone\" .Values.zone }}\n";
    check_refused(
        &[("shop/Chart.yaml", CHART), ("shop/templates/a.yaml", template)],
        "execution error at (shop/templates/a.yaml:2:6): say which zone",
    );
    check_refused(&[("shop/values.yaml", "a: 1")], "Chart.yaml file is missing");
}

#[test]
fn files_are_shown_in_the_order_in_which_they_are_asked_for() {
    let crds = "---\nkind: A\n\n---\nkind: B\n";
    let files = [
        ("shop/Chart.yaml", CHART),
        ("shop/crds/notes.txt", "no object"),
        ("shop/crds/one.yaml", crds),
        ("shop/templates/a.yaml", "a: 1"),
        ("shop/templates/b.yaml", "b: 1\n---\nb: 2"),
    ];
    let all = Options { include_crds: true, ..Options::default() };
    let shown = |names: &[&str], include_crds| {
        let show_only = names.iter().map(|it| (*it).to_owned()).collect();
        let options = Options { show_only, include_crds, ..Options::default() };
        render(&files, &options, |_, it| it.map_or_else(|it| it.message, |it| it.text()))
    };
    let [a, b] = ["a: 1", "b: 1\n---\n# Source: shop/templates/b.yaml\nb: 2"];
    let [a, b] = [("a", a), ("b", b)]
        .map(|(name, text)| format!("---\n# Source: shop/templates/{name}.yaml\n{text}\n"));
    assert_eq!(shown(&["templates/b.yaml", "templates/a.yaml"], false), format!("{b}{a}"));
    assert_eq!(shown(&["templates/a.yaml", "templates/*"], false), format!("{a}{a}{b}"));
    let none = "could not find template crds/one.yaml in chart";
    assert_eq!(shown(&["crds/one.yaml"], false), none);
    assert_eq!(shown(&["crds/one.yaml"], true), "---\n# Source: shop/crds/one.yaml\n");
    render(&files, &all, |_, it| {
        let rendered = it.unwrap();
        let crds = format!("---\n# Source: shop/crds/one.yaml\n{crds}\n");
        assert_eq!(rendered.text(), format!("{crds}{a}{b}"));
        assert_eq!(rendered.objects().len(), 5);
    });
}

#[test]
fn hooks_are_shown_where_they_are_asked_for() {
    let hook = "kind: Job\nmetadata: {annotations: {helm.sh/hook: pre-install}}";
    let files = [
        ("shop/Chart.yaml", CHART),
        ("shop/templates/a.yaml", hook),
        ("shop/templates/b.yaml", "kind: B"),
    ];
    let show_only = ["templates/a.yaml", "templates/b.yaml"].map(str::to_owned).to_vec();
    let options = Options { show_only, ..Options::default() };
    let text = render(&files, &options, |_, it| it.unwrap().text());
    let source = "---\n# Source: shop/templates/";
    assert_eq!(text, format!("{source}a.yaml\n{hook}\n{source}b.yaml\nkind: B\n"));
}

#[test]
fn values_may_be_the_contents_of_files() {
    let text = "a=one,b.c={two,one}";
    assert_eq!(files_of_set(text).unwrap().len(), 3);
    let contents = [("one", "1,\n"), ("two", "2")].map(|(path, it)| (path.into(), it.into()));
    let set =
        Layer::SetFiles { text: text.into(), contents: contents.into(), origin: OriginId::NONE };
    let files =
        [("shop/Chart.yaml", CHART), ("shop/templates/a.yaml", "a: {{ .Values | toJson }}")];
    let options = Options { values: vec![set], ..Options::default() };
    let rendered = render(&files, &options, |_, it| it.unwrap().text());
    assert!(
        rendered.ends_with("a: {\"a\":\"1,\\n\",\"b\":{\"c\":[\"2\",\"1,\\n\"]}}\n"),
        "{rendered}"
    );
}

#[test]
fn keys_that_are_numbers_are_written_as_helm_writes_them() {
    let files = [
        ("shop/Chart.yaml", CHART),
        ("shop/values.yaml", "m: {.inf: 1, -.Inf: 2, .nan: 3, 1e6: 4, 1.5: 5}\n"),
        ("shop/templates/a.yaml", "a: {{ .Values.m | toJson }}"),
    ];
    let text = render(&files, &Options::default(), |_, it| it.unwrap().text());
    let keys = r#"{"-.inf":2,".inf":1,".nan":3,"1.5":5,"1e+06":4}"#;
    assert_eq!(text, format!("---\n# Source: shop/templates/a.yaml\na: {keys}\n"));
}

#[test]
fn a_text_is_indented_as_far_as_is_asked_for() {
    check_text("indent 5000 \"a\" | len", "5001");
    check_refused(
        &[("shop/Chart.yaml", CHART), ("shop/templates/a.yaml", "{{ indent -1 \"a\" }}")],
        "template: shop/templates/a.yaml:1:3: executing \"shop/templates/a.yaml\" at <indent -1 \"a\">: \
         error calling indent: strings: negative Repeat count",
    );
}

#[test]
fn charts_of_the_second_version_may_list_what_they_need_in_a_file_of_its_own() {
    let files = [
        ("shop/Chart.yaml", CHART),
        (
            "shop/requirements.yaml",
            "dependencies: [{name: kid, version: 1.x, condition: kid.runs}]",
        ),
        ("shop/values.yaml", "kid: {runs: false}"),
        ("shop/charts/kid/Chart.yaml", "{name: kid, version: 1.0.0}"),
        ("shop/charts/kid/templates/a.yaml", "a: 1"),
        ("shop/templates/a.yaml", "a: {{ .Files.Get \"requirements.yaml\" | quote }}"),
    ];
    let text = render(&files, &Options::default(), |_, it| it.unwrap().text());
    assert_eq!(text, "---\n# Source: shop/templates/a.yaml\na: \"\"\n");
}

#[test]
fn a_chart_that_lies_beside_is_read_there_and_refused_where_helm_wants_it_in_the_chart() {
    let chart = "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n\
        - {name: kid, version: 1.x, repository: 'file://../parts/kid'}\n\
        - {name: old, version: 2.x, repository: 'file://../parts/old'}\n\
        - {name: out, version: 1.x, repository: 'file://../../../out'}\n";
    let files = [
        ("shop/Chart.yaml", chart),
        ("shop/values.yaml", "kid: {a: 2}"),
        ("shop/templates/a.yaml", "b: 1"),
        (
            "parts/kid/Chart.yaml",
            "{name: kid, version: 1.2.0, dependencies: [{name: shop, version: 1.x, repository: 'file://../../shop'}]}",
        ),
        ("parts/kid/values.yaml", "a: 1"),
        ("parts/kid/templates/a.yaml", "a: {{ .Values.a }}"),
        ("parts/old/Chart.yaml", "{name: old, version: 1.0.0}"),
    ];
    render(&files, &Options::default(), |_, it| {
        let rendered = it.unwrap();
        let kid = "---\n# Source: shop/charts/kid/templates/a.yaml\na: 2\n";
        assert_eq!(rendered.text(), format!("{kid}---\n# Source: shop/templates/a.yaml\nb: 1\n"));
        assert_eq!(rendered.missing, ["old", "out"]);
    });
    let options = Options { needs_dependencies: true, ..Options::default() };
    let refusal = render(&files, &options, |_, it| it.unwrap_err().message);
    assert!(refusal.ends_with("missing in charts/ directory: kid, old, out"), "{refusal}");
}

#[test]
fn a_chart_that_is_named_and_not_there_is_missing() {
    let chart = "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n- {name: redis, version: 1.x.x, repository: https://charts.example}\n";
    let files = [("shop/Chart.yaml", chart), ("shop/templates/web.yaml", "a: 1")];
    render(&files, &Options::default(), |_, it| assert_eq!(it.unwrap().missing, ["redis"]));
}

#[track_caller]
fn check_references(files: &[(&str, &str)], expected: &[&str]) {
    let files =
        files.iter().map(|(path, text)| (Utf8PathBuf::from(path), text.as_bytes().to_vec()));
    let tree = Memory::new(files);
    let origins = Origins::new();
    let found = references(&Project::load(&tree, &origins));
    let shown = found.iter().map(|it| {
        let place = origins.location(it.at, LocationRole::Primary).unwrap();
        format!("{}:{} {} of {}", place.path, place.line, it.shown(), it.shown_repository())
    });
    assert_eq!(shown.collect::<Vec<_>>(), expected);
}

#[test]
fn a_chart_names_what_it_needs_and_does_not_hold_at_the_version_of_its_lock() {
    let chart = "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n\
        - {name: redis, version: ^18, repository: https://charts.example/}\n\
        - {name: kafka, version: 1.x, repository: oci://registry.example/charts}\n\
        - {name: held, version: 1.0.0, repository: https://charts.example}\n\
        - {name: packed, version: ~2, repository: https://charts.example}\n\
        - {name: beside, version: 1.0.0, repository: file://../beside}\n\
        - {name: alias, version: 1.0.0, repository: '@team'}\n";
    let lock = "dependencies:\n- name: redis\n  repository: https://charts.example\n  \
        version: 18.2.1\n- name: kafka\n  version: 2.0.0\n";
    check_references(
        &[
            ("shop/Chart.lock", lock),
            ("shop/Chart.yaml", chart),
            ("shop/charts/held/Chart.yaml", "name: held\nversion: 1.0.0\n"),
            ("shop/charts/packed-2.1.0.tgz", ""),
        ],
        &[
            "shop/Chart.yaml:5 redis 18.2.1 of https://charts.example",
            "shop/Chart.yaml:6 kafka 1.x of oci://registry.example/charts",
        ],
    );
}

#[test]
fn argo_flux_rancher_kustomize_and_helmfile_name_charts() {
    let argo = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n  \
        sources:\n  - {repoURL: https://git.example/a, path: a}\n  \
        - {repoURL: registry.example/charts, chart: redis, targetRevision: 18.x}\n  \
        - {repoURL: https://charts.example, chart: '{{name}}', targetRevision: 1.0.0}\n";
    let flux = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n\
        metadata: {name: a, namespace: x}\nspec:\n  chart:\n    spec:\n      chart: kafka\n      \
        sourceRef: {kind: HelmRepository, name: team, namespace: flux-system}\n---\n\
        apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: b}\nspec:\n  \
        chartRef: {kind: OCIRepository, name: till}\n---\n\
        apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: till}\n\
        spec: {url: 'oci://registry.example/charts/till', ref: {digest: 'sha256:ab'}}\n---\n\
        apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\n\
        metadata: {name: team, namespace: flux-system}\n\
        spec: {url: 'https://someone:fake-password@charts.example'}\n";
    let rancher = "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: a}\n\
        spec: {chart: 'oci://registry.example/charts/nats', version: 1.2.3}\n";
    let kustomization = "helmCharts:\n- {name: minio, repo: https://charts.example, version: 5.0.0}\n\
        - {name: here, repo: https://charts.example}\n";
    let helmfile = "repositories:\n- {name: bits, url: registry.example/bits, oci: true}\n\
        releases:\n- {name: a, chart: bits/etcd, version: ~9.1}\n- {name: b, chart: ./local}\n\
        - {name: c, chart: 'oci://registry.example/charts/vault'}\n";
    check_references(
        &[
            ("argo.yaml", argo),
            ("flux.yaml", flux),
            ("helmfile.yaml", helmfile),
            ("k/charts/here/Chart.yaml", "name: here\nversion: 1.0.0\n"),
            ("k/kustomization.yaml", kustomization),
            ("rancher.yaml", rancher),
        ],
        &[
            "argo.yaml:7 redis 18.x of oci://registry.example/charts",
            "flux.yaml:7 kafka of https://***@charts.example",
            "flux.yaml:14 till sha256:ab of oci://registry.example/charts",
            "helmfile.yaml:4 etcd ~9.1 of oci://registry.example/bits",
            "helmfile.yaml:6 vault of oci://registry.example/charts",
            "k/kustomization.yaml:2 minio 5.0.0 of https://charts.example",
            "rancher.yaml:4 nats 1.2.3 of oci://registry.example/charts",
        ],
    );
}

#[test]
fn helmfiles_whose_templates_must_be_run_name_charts() {
    let helmfile = "environments:\n  production: {values: [{etcd: 9.1.0}]}\n  \
        staging: {values: [{etcd: 9.2.0}]}\n---\n\
        repositories: [{name: bits, url: 'https://charts.example'}]\nreleases:\n\
        - name: a\n  chart: bits/etcd\n  version: {{ .Values.etcd }}\n\
        {{- if eq .Environment.Name \"production\" }}\n- {name: b, chart: bits/redis}\n{{- end }}\n\
        helmfiles: [apps/*.yaml]\n";
    let nested = "repositories: [{name: bits, url: 'https://more.example'}]\n\
        releases:\n- {name: c, chart: bits/nats, version: 1.0.0}\n- {name: d, chart: ./local}\n";
    check_references(
        &[("apps/one.yaml", nested), ("helmfile.yaml.gotmpl", helmfile)],
        &[
            "apps/one.yaml:3 nats 1.0.0 of https://more.example",
            "helmfile.yaml.gotmpl:8 etcd 9.1.0 of https://charts.example",
            "helmfile.yaml.gotmpl:11 redis of https://charts.example",
            "helmfile.yaml.gotmpl:8 etcd 9.2.0 of https://charts.example",
        ],
    );
}

/// What is given and not read, each as `path` or `path (near)`.
#[track_caller]
fn check_unread(template: &str, given: &str, expected: &[&str]) {
    let files = [
        ("shop/Chart.yaml", CHART),
        ("shop/values.yaml", "web: {port: 1}\n"),
        ("shop/templates/a.yaml", template),
        ("production.yaml", given),
    ];
    let options = Options {
        values: vec![Layer::File("production.yaml".into())],
        judge_values: true,
        ..Options::default()
    };
    let unread = render(&files, &options, |_, it| it.unwrap().unread);
    let unread: Vec<_> = unread
        .into_iter()
        .map(|it| match it.near {
            Some(near) => format!("{} ({near})", it.path),
            None => it.path.to_string(),
        })
        .collect();
    assert_eq!(unread, expected);
}

#[test]
fn a_value_that_no_template_reads_is_told_with_the_name_that_was_meant() {
    let template = "a: {{ .Values.replicaCount }}\nb: {{ .Values.web.port }}";
    check_unread(template, "replicacount: 2\n", &["replicacount (replicaCount)"]);
    check_unread(template, "replicaCounts: 2\n", &["replicaCounts (replicaCount)"]);
    check_unread(template, "web: {port: 1, host: a}\nzone: b\n", &["web.host", "zone"]);
    check_unread(template, "replicaCount: 2\nweb: {port: 2}\n", &[]);
}

#[test]
fn a_branch_that_is_not_taken_reads_its_values() {
    let template = "{{ if .Values.enabled }}a: {{ .Values.zone }}{{ end }}";
    check_unread(template, "zone: b\nenabled: false\n", &[]);
    check_unread("{{ define \"x\" }}{{ $.Values.zone }}{{ end }}", "zone: b\n", &[]);
    check_unread("{{ define \"x\" }}{{ .context.Values.zone }}{{ end }}", "zone: b\n", &[]);
}

#[test]
fn what_is_handed_on_whole_is_read() {
    let given = "web: {port: 2, host: a}\n";
    for template in [
        "{{ toYaml .Values.web }}",
        "{{ with .Values.web }}a: {{ .port }}{{ end }}",
        "{{ range $key, $value := .Values.web }}{{ end }}",
        "{{ $web := .Values.web }}",
        "{{ $key := \"host\" }}a: {{ index .Values.web $key }}",
        "{{ define \"x\" }}{{ end }}{{ include \"x\" (dict \"values\" .Values) }}",
        "{{ define \"x\" }}{{ end }}{{ include \"x\" .Values.web }}",
        "{{ if .Values.web }}a: 1{{ end }}",
        "a: {{ toYaml $ | len }}",
        "a: {{ len (get . \"Values\") }}",
        "a: {{ toJson . | len }}",
        "a: {{ omit . \"Files\" | toJson | len }}",
        "{{ $all := deepCopy . }}a: {{ $all | toJson | len }}",
        "{{ range $key, $value := . }}{{ end }}",
        "a: {{ .Values.YAML | len }}",
        "a: {{ .Values.PathValue \"web.host\" }}",
        "a: {{ (.Values.Table \"web\").host }}",
    ] {
        check_unread(template, given, &[]);
    }
}

#[test]
fn names_as_written_are_looked_up() {
    let given = "web: {port: 2, host: a}\n";
    check_unread("a: {{ index .Values \"web\" \"port\" }}", given, &["web.host"]);
    check_unread("a: {{ (index .Values \"web\").port }}", given, &["web.host"]);
    check_unread("a: {{ hasKey .Values.web \"port\" }}", given, &["web.host"]);
    check_unread("a: {{ dig \"port\" 1 .Values.web }}", given, &["web.host"]);
    let unknown = "{{ define \"x\" }}{{ index .Values \"web\" .Values.key }}{{ end }}";
    check_unread(unknown, given, &[]);
    check_unread("a: {{ dig \"web\" \"port\" 1 .Values.AsMap }}", given, &["web.host"]);
    // The dot of a loop is not what the template is given.
    let inner = "{{ range .Values.list }}a: {{ toJson . }}{{ end }}";
    check_unread(inner, given, &["web"]);
}

#[test]
fn below_a_name_that_is_computed_anything_may_be_read() {
    let given = "web: {port: 2, host: a}\napps: {shop: {port: 1}}\n";
    for read in ["(index $.Values $n).port", "get (get $.Values $n) \"port\""] {
        let template = format!("{{{{ $n := \"web\" }}}}a: {{{{ {read} }}}}");
        check_unread(&template, given, &[]);
    }
    let below = "{{ $n := \"shop\" }}a: {{ (index $.Values.apps $n).port }}";
    check_unread(below, given, &["web"]);
}

#[test]
fn texts_of_values_may_be_templates() {
    let template = "{{ define \"x\" }}{{ tpl .Values.text . }}{{ end }}";
    check_unread(template, "zone: a\ntext: 'a: {{ .Values.zone }}'\n", &[]);
    check_unread(template, "zone: a\ntext: 'a: {{ .Values.zone'\n", &[]);
}

#[test]
fn values_of_other_charts_and_shared_texts_are_not_judged() {
    check_unread("a: 1", "global: {zone: a}\ntags: {x: true}\nsops: {version: 3.8.1}\n", &[]);
    check_unread("a: {{ .Values.b }}", "x: &shared {a: 1}\nb: *shared\n", &[]);
}

#[test]
fn a_chart_below_reads_its_own_values() {
    let chart = "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n\
        - {name: kid, version: 1.0.0, condition: kid.enabled}\n- {name: spare, version: 1.0.0, condition: spare.enabled}\n";
    let kid = "apiVersion: v2\nname: kid\nversion: 1.0.0\n";
    let spare = "apiVersion: v2\nname: spare\nversion: 1.0.0\n";
    let files = [
        ("shop/Chart.yaml", chart),
        ("shop/templates/a.yaml", "a: {{ .Values.kid.port }}"),
        ("shop/charts/kid/Chart.yaml", kid),
        ("shop/charts/kid/templates/a.yaml", "a: {{ .Values.zone }}"),
        ("shop/charts/spare/Chart.yaml", spare),
        (
            "production.yaml",
            "kid: {enabled: true, port: 1, zone: a, Zone: b}\nspare: {enabled: false, size: 1}\n",
        ),
    ];
    let options = Options {
        values: vec![Layer::File("production.yaml".into())],
        judge_values: true,
        ..Options::default()
    };
    let unread = render(&files, &options, |_, it| it.unwrap().unread);
    let paths: Vec<_> = unread.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, ["kid.Zone"]);
    assert_eq!(unread[0].near.as_deref(), Some("zone"));
}

/// What the charts themselves set and nothing reads, each as `path`, `path (near)` or `path, read` where
/// this release may read it.
#[track_caller]
fn check_defaults(files: &[(&str, &str)], expected: &[&str]) {
    let given = files.iter().filter(|it| it.0 == "production.yaml");
    let options = Options {
        values: given.map(|it| Layer::File(it.0.into())).collect(),
        judge_values: true,
        ..Options::default()
    };
    let unread = render(files, &options, |_, it| it.unwrap().unread_defaults);
    let told = unread.iter().map(|it| match (&it.value.near, it.is_read) {
        (Some(near), false) => format!("{} ({near})", it.value.path),
        (_, true) => format!("{}, read", it.value.path),
        (None, false) => it.value.path.to_string(),
    });
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

#[track_caller]
fn check_own_values(template: &str, values: &str, expected: &[&str]) {
    let files = [
        ("shop/Chart.yaml", CHART),
        ("shop/values.yaml", values),
        ("shop/templates/a.yaml", template),
    ];
    check_defaults(&files, expected);
}

#[test]
fn a_default_that_no_template_reads_is_told() {
    let template =
        "a: {{ .Values.replicaCount }}\n{{ if .Values.web }}b: {{ .Values.web.port }}{{ end }}";
    check_own_values(template, "replicacount: 2\n", &["replicacount (replicaCount)"]);
    check_own_values(template, "replicaCount: 1\nreplicacount: 2\n", &["replicacount"]);
    check_own_values(template, "web: {port: 1, host: a}\nzone: b\n", &["web.host", "zone"]);
    check_own_values("a: {{ toYaml .Values | len }}", "zone: b\n", &[]);
    check_own_values("a: {{ tpl .Values.b . }}", "zone: b\nb: '{{ .Values.zone }}'\n", &[]);
    check_own_values("a: {{ .Values.b.c }}", "x: &x {c: 1, d: 2}\nb: {<<: *x}\n", &[]);
    check_own_values("a: {{ (get . .Values.b).zone }}", "zone: b\nb: Values\n", &[]);
}

#[test]
fn a_default_is_read_by_a_test_of_what_is_made_of_it_and_by_a_text_that_names_it() {
    let unread = "a: {c: 1, d: 2}\n";
    let check = |test: &str, expected: &[&str]| {
        check_own_values(&format!("a: {{{{ .Values.a.c }}}}{test}"), unread, expected);
    };
    check("{{ if .Values.a }}x{{ end }}", &["a.d"]);
    check("{{ if .Values.a | empty }}x{{ end }}", &["a.d"]);
    check("{{ if .Values.a | toYaml | contains \"x\" }}x{{ end }}", &[]);
    check("{{ if \"d\" | hasKey .Values.a }}x{{ end }}", &[]);
    check("{{ if index .Values.a .Release.Name }}x{{ end }}", &[]);
    check("{{ if and true (get .Values.a .Release.Name) }}x{{ end }}", &[]);
    check("{{ with $ }}{{ . | mustToJson }}{{ end }}", &[]);
    let holes = "a: {{ tpl (printf \"{{ %s }}\" .Values.text) . }}";
    check_own_values(holes, "zone: a\nhost: b\ntext: .Values.zone\n", &["host"]);
    let holes = holes.replace("%s", ".%s");
    check_own_values(&holes, "zone: a\nhost: b\ntext: Values.zone\n", &["host"]);
}

#[test]
fn a_default_that_a_schema_requires_must_stay() {
    let files = [
        ("shop/Chart.yaml", CHART),
        ("shop/values.yaml", "zone: a\nhost: b\nport: 1\n"),
        ("shop/values.schema.json", r#"{"type": "object", "required": ["zone"]}"#),
        ("shop/templates/a.yaml", "a: {{ .Values.port }}"),
    ];
    let options = Options { judge_values: true, ..Options::default() };
    let unread = render(&files, &options, |_, it| it.unwrap().unread_defaults);
    let stays: Vec<_> = unread.iter().map(|it| (it.value.path.as_str(), it.must_stay)).collect();
    assert_eq!(stays, [("zone", true), ("host", false)]);
}

#[test]
fn what_a_chart_in_a_chart_reads_is_not_the_name_that_was_meant_around_it() {
    let files = [
        ("shop/Chart.yaml", CHART),
        ("shop/values.yaml", "replicacount: 2\n"),
        ("shop/charts/kid/Chart.yaml", "apiVersion: v2\nname: kid\nversion: 1.0.0\n"),
        ("shop/charts/kid/templates/a.yaml", "a: {{ .Values.replicaCount }}"),
    ];
    check_defaults(&files, &["replicacount"]);
}

#[test]
fn a_default_that_a_release_reads_by_a_text_is_read_there() {
    let files = [
        ("shop/Chart.yaml", CHART),
        ("shop/values.yaml", "zone: a\nhost: b\ntext: c\n"),
        ("shop/templates/a.yaml", "a: {{ tpl .Values.text . | quote }}"),
        ("production.yaml", "text: '{{ .Values.zone }}'\n"),
    ];
    check_defaults(&files, &["zone, read", "host"]);
}

#[test]
fn charts_around_a_chart_read_its_defaults() {
    let chart = "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n\
        - {name: kid, version: 1.0.0, alias: junior}\n\
        - {name: far, version: 1.0.0, repository: 'https://charts.example'}\n";
    let files = [
        ("shop/Chart.yaml", chart),
        ("shop/values.yaml", "junior: {zone: b}\nfar: {a: 1}\n"),
        ("shop/templates/a.yaml", "a: {{ .Values.junior.port }}"),
        ("shop/charts/kid/Chart.yaml", "apiVersion: v2\nname: kid\nversion: 1.0.0\n"),
        ("shop/charts/kid/values.yaml", "port: 1\nhost: a\nzone: a\n"),
        ("shop/charts/kid/templates/a.yaml", "a: {{ .Values.zone }}"),
        ("shop/charts/far/Chart.yaml", "apiVersion: v2\nname: far\nversion: 1.0.0\n"),
        ("shop/charts/far/values.yaml", "a: 1\nb: 2\n"),
    ];
    check_defaults(&files, &["far.a", "port, read", "host"]);
}

#[test]
fn a_chart_that_is_not_there_reads_what_it_is_called_for() {
    let chart = "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n\
        - {name: common, version: 1.0.0, repository: 'https://charts.example'}\n";
    let check = |template: &str, expected: &[&str]| {
        let files = [
            ("shop/Chart.yaml", chart),
            ("shop/values.yaml", "zone: a\ncommon: {a: 1}\n"),
            ("shop/templates/a.yaml", template),
        ];
        check_defaults(&files, expected);
    };
    check("a: 1", &["zone"]);
    check("{{ define \"own\" }}a: 1{{ end }}{{ include \"own\" . }}", &["zone"]);
    check("{{ if .Values.on }}{{ include \"common.labels\" . }}{{ end }}", &[]);
    check("{{ if .Values.on }}{{ include (print \"common\" .Values.on) . }}{{ end }}", &[]);
}

/// Links to files and folders may not have been followed.
#[test]
fn a_chart_without_templates_and_one_that_calls_what_nobody_defines_read_what_is_not_here() {
    let values = ("shop/values.yaml", "zone: a\n");
    check_defaults(&[("shop/Chart.yaml", CHART), values], &[]);
    let template = "{{ if .Values.on }}{{ include \"linked\" . }}{{ end }}";
    check_own_values(template, values.1, &[]);
}

#[test]
fn numbers_of_a_chart_are_texts_as_go_writes_them() {
    let files = [
        ("shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: 1.0\n"),
        ("shop/templates/a.yaml", "a: {{ .Chart.AppVersion | quote }}"),
    ];
    let text = render(&files, &Options::default(), |_, it| it.unwrap().text());
    assert_eq!(text, "---\n# Source: shop/templates/a.yaml\na: \"1\"\n");
}

#[test]
fn a_number_that_json_has_no_word_for_is_refused() {
    let words = "error converting YAML to JSON: json: unsupported value: ";
    let of = |values, template| {
        [
            ("shop/Chart.yaml", CHART),
            ("shop/values.yaml", values),
            ("shop/templates/a.yaml", template),
        ]
    };
    let refused = format!("cannot load values.yaml: {words}NaN");
    check_refused(&of("a: [.nan]\n", "b: 1"), &refused);
    let refused = format!("YAML parse error on shop/templates/a.yaml: {words}-Inf");
    check_refused(&of("a: 1\n", "b: {c: -.inf}"), &refused);
}

#[test]
fn a_mark_of_a_template_where_a_value_should_be_is_refused() {
    let words = "error converting YAML to JSON: yaml: invalid map key: \
                 map[interface {}]interface {}{\".Values.b\":interface {}(nil)}";
    let mut files = shop();
    files.push(("shop/charts/kid/Chart.yaml", CHART));
    files.push(("shop/charts/kid/values.yaml", "a: [{{ .Values.b }}]\n"));
    check_refused(&files, &format!("cannot load values.yaml: {words}"));
    let mut files = shop();
    files.push(("shop/templates/mark.yaml", "a: {{ \"{{ .Values.b }}\" }}"));
    check_refused(&files, &format!("YAML parse error on shop/templates/mark.yaml: {words}"));
}

/// What is printed and nobody sets.
#[track_caller]
fn check_absent(template: &str, values: &str, expected: &[&str]) {
    let files = [
        ("shop/Chart.yaml", CHART),
        ("shop/values.yaml", values),
        ("shop/templates/a.yaml", template),
    ];
    let options = Options { judge_values: true, ..Options::default() };
    render(&files, &options, |origins, it| {
        let absent = it.unwrap().absent;
        let place = |it: &super::AbsentValue| {
            let place = origins.location_of(it.span, LocationRole::Primary);
            format!("{} {}:{}", it.path, place.path, place.line)
        };
        assert_eq!(absent.iter().map(place).collect::<Vec<_>>(), expected);
    });
}

#[test]
fn a_value_that_is_printed_and_that_nobody_sets_is_told() {
    let place = "web.zone shop/templates/a.yaml:2";
    check_absent("a: 1\nb: {{ .Values.web.zone }}", "web: {port: 1}\n", &[place]);
    check_absent("a: 1\nb: {{ $.Values.web.zone | quote }}", "web: {port: 1}\n", &[place]);
}

#[test]
fn a_value_that_may_be_left_out_is_not_absent() {
    check_absent("b: {{ .Values.zone }}", "zone:\n", &[]);
    check_absent("b: {{ .Values.zone }}", "zone: \"\"\n", &[]);
    check_absent("b: {{ .Values.zone | default 1 }}", "", &[]);
    check_absent("b: {{ .Values.zone }}\nc: {{ if .Values.zone }}1{{ end }}", "", &[]);
    check_absent("{{ if .Values.on }}b: {{ .Values.zone }}{{ end }}", "", &[]);
    check_absent("b: {{ .Values.global.zone }}", "global: {}\n", &[]);
}

#[test]
fn a_value_that_is_required_and_missing_is_unknown_where_the_rest_goes_on() {
    let mut files = shop();
    files.push((
        "shop/templates/secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: login}\n\
         data: {key: {{ required \"say it\" .Values.key | b64enc | quote }}}\n\
         stringData: {key: {{ required \"say it\" .Values.key | quote }}, other: b}\n",
    ));
    check_refused(&files, "say it");
    let options = Options { keep_going: true, ..Options::default() };
    render(&files, &options, |_, rendered| {
        let objects = rendered.unwrap().objects();
        let secret = objects.iter().find(|it| it.str_at(&["kind"]) == Some("Secret")).unwrap();
        let is_unknown = |path: &[&str]| {
            matches!(secret.at(path).map(|it| &it.value), Some(kai_core::Value::Unknown(_)))
        };
        assert!(is_unknown(&["data", "key"]) && is_unknown(&["stringData", "key"]));
        assert_eq!(secret.str_at(&["stringData", "other"]), Some("b"));
    });
}

#[test]
fn bytes_that_are_no_utf8_are_kept_until_they_are_written() {
    let render_one = |template: &str| {
        let files = [("shop/Chart.yaml", CHART), ("shop/templates/a.yaml", template)];
        render(&files, &Options::default(), |origins, it| {
            it.map(|it| it.text()).map_err(|it| {
                let place = origins.location(it.at.unwrap(), LocationRole::Primary).unwrap();
                (it.message, place.line)
            })
        })
    };
    let template = r#"
a: {{ "//4=" | b64dec | b64enc }} {{ "//4=" | b64dec | len }} {{ printf "%x" ("//4=" | b64dec) }}
b: {{ "//4=" | b64dec | quote }}
c: {{ "//4=" | b64dec | toJson }}
d: {{ "//4=" | b64dec | toYaml }}
e: {{ "//4=" | b64dec | trunc -1 | quote }}
f: {{ "//4=" | b64dec | sha1sum }}
g: {{ ("YTog6SBh" | b64dec | fromYaml).Error | quote }}
"#;
    let written = "---\n# Source: shop/templates/a.yaml\na: //4= 2 fffe\nb: \"\\xff\\xfe\"\n\
        c: \"\\ufffd\\ufffd\"\nd: \u{fffd}\u{fffd}\ne: \"\\xfe\"\n\
        f: d62636d8caec13f04e28442a0a6fa1afeb024bbb\n\
        g: \"error converting YAML to JSON: yaml: invalid trailing UTF-8 octet\"\n";
    assert_eq!(render_one(template), Ok(written.into()));
    let refused = "YAML parse error on shop/templates/a.yaml: error converting YAML to JSON: yaml: \
        invalid leading UTF-8 octet";
    let raw = "a: 1\nb: {{ \"//4=\" | b64dec }}\n";
    assert_eq!(render_one(raw), Err((refused.into(), 2)));
}
