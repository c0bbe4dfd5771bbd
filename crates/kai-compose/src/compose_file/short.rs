//! The short forms of ports, volumes and commands, taken apart.

/// The parts of a text between colons, none inside `${…}` or `[…]`.
pub(super) fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut braces, mut brackets) = (0, 0_u32, 0_u32);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => braces += 1,
            b'}' => braces = braces.saturating_sub(1),
            b'[' => brackets += 1,
            b']' => brackets = brackets.saturating_sub(1),
            b':' if braces == 0 && brackets == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// One published or opened port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Port {
    pub(super) host_ip: Option<String>,
    /// As written: a number, or a range of which Compose takes a free one.
    pub(super) published: Option<String>,
    pub(super) target: String,
    pub(super) protocol: Option<String>,
}

/// How many ports one range may open before it is kept as one.
const RANGE_MAX: u32 = 64;

/// `[[ip:][published]:]target[/protocol]`, with ranges; nothing for what Compose refuses. A part
/// that holds a variable is left as it is.
pub(super) fn ports(text: &str) -> Option<Vec<Port>> {
    let (text, protocol) = match text.rsplit_once('/') {
        Some((text, protocol)) if !protocol.contains('}') => (text, Some(protocol.to_owned())),
        _ => (text, None),
    };
    let mut parts = parts(text);
    let target = parts.pop().filter(|it| !it.is_empty())?;
    let published = parts.pop().filter(|it| !it.is_empty());
    let host_ip = (!parts.is_empty()).then(|| parts.join(":"));
    let host_ip = host_ip.map(|it| it.trim_matches(['[', ']']).to_owned());
    let port = |published: Option<String>, target: String| Port {
        host_ip: host_ip.clone(),
        published,
        target,
        protocol: protocol.clone(),
    };
    let whole =
        |published: Option<&str>| vec![port(published.map(str::to_owned), target.to_owned())];
    let Some((first, last)) = range(target) else {
        return target.contains('$').then(|| whole(published));
    };
    if first == last || last - first >= RANGE_MAX {
        return Some(whole(published));
    }
    let from = match published {
        None => None,
        Some(published) => {
            let (from, to) = range(published)?;
            (to - from == last - first).then_some(())?;
            Some(from)
        }
    };
    let published = |offset: u32| from.map(|it| (it + offset).to_string());
    Some((0..=last - first).map(|it| port(published(it), (first + it).to_string())).collect())
}

fn range(text: &str) -> Option<(u32, u32)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let first: u16 = first.parse().ok()?;
    let last: u16 = last.parse().ok()?;
    (first <= last).then_some((first.into(), last.into()))
}

/// One mount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mount<'a> {
    /// `bind` or `volume`.
    pub(super) kind: &'static str,
    /// None for an anonymous volume.
    pub(super) source: Option<&'a str>,
    pub(super) target: &'a str,
    pub(super) is_read_only: bool,
}

/// `[source:]target[:options]`; nothing for what Compose refuses.
pub(super) fn mount(text: &str) -> Option<Mount<'_>> {
    let mut parts = parts(text);
    // `C:\data` is one path; `/:/host` is two.
    let is_drive = |it: &str| it.len() == 1 && it.starts_with(|it: char| it.is_ascii_alphabetic());
    if parts.len() > 1 && is_drive(parts[0]) && parts[1].starts_with(['\\', '/']) {
        let drive = &text[..2 + parts[1].len()];
        parts.splice(0..2, [drive]);
    }
    if parts.iter().any(|it| it.is_empty()) {
        return None;
    }
    let (source, target, options) = match parts.as_slice() {
        [target] => (None, *target, ""),
        [source, target] => (Some(*source), *target, ""),
        [source, target, options] => (Some(*source), *target, *options),
        _ => return None,
    };
    let kind = if source.is_some_and(is_path) { "bind" } else { "volume" };
    let is_read_only = options.split(',').any(|it| it == "ro");
    Some(Mount { kind, source, target, is_read_only })
}

/// True for what names a place on the host rather than a volume.
pub(super) fn is_path(source: &str) -> bool {
    source.starts_with(['.', '/', '~', '\\']) || source.as_bytes().get(1) == Some(&b':')
}

/// The words of a command line, as a shell would split it; nothing where a quote is not closed.
pub(super) fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next()? {
                        '\'' => break,
                        other => word.push(other),
                    }
                }
            }
            '"' => double_quoted(&mut letters, word.get_or_insert_default())?,
            '\\' => word.get_or_insert_default().push(letters.next()?),
            space if space.is_whitespace() => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Some(words)
}

fn double_quoted(letters: &mut std::str::Chars<'_>, word: &mut String) -> Option<()> {
    loop {
        match letters.next()? {
            '"' => return Some(()),
            '\\' => match letters.next()? {
                escaped @ ('"' | '\\' | '$' | '`') => word.push(escaped),
                other => word.extend(['\\', other]),
            },
            other => word.push(other),
        }
    }
}
