//! A server on this machine that answers as a script says.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

/// Every connection plays the next row of steps.
pub(crate) struct Server {
    pub(crate) address: String,
    pub(crate) requests: Receiver<Vec<u8>>,
}

/// A row that answers with `body` in one piece.
pub(crate) fn plain(status: u16, headers: Value, body: &str) -> Value {
    json!({"status": status, "headers": headers, "framing": "chunked", "steps": [{"send": body}]})
}

/// Longer stalls of scripts are this long.
const STALL_MAX: Duration = Duration::from_millis(3000);

pub(crate) fn serve(rows: Vec<Value>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (sender, requests) = channel();
    std::thread::spawn(move || {
        for row in rows {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let _ = sender.send(request(&mut stream, ends(&row, "rst")));
            // Who hangs up early ends the play.
            let _ = play(&row, &mut stream);
        }
    });
    Server { address, requests }
}

/// The bytes of a request. What is left unread resets the connection when it is closed.
fn request(stream: &mut TcpStream, is_left_unread: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
        bytes.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
    let length =
        head.lines().find_map(|it| it.strip_prefix("content-length:")?.trim().parse().ok());
    if !is_left_unread {
        let mut body = vec![0; length.unwrap_or(0)];
        let _ = stream.read_exact(&mut body);
        bytes.extend(body);
    }
    bytes
}

fn ends(row: &Value, how: &str) -> bool {
    let steps = row["steps"].as_array().into_iter().flatten();
    steps.filter_map(|it| it["close"].as_str()).any(|it| it.starts_with(how))
}

fn play(row: &Value, stream: &mut TcpStream) -> std::io::Result<()> {
    if ends(row, "fin_before_headers") || ends(row, "rst_before_headers") {
        return Ok(());
    }
    let steps: Vec<&Value> = row["steps"].as_array().into_iter().flatten().collect();
    if let Some(stall) = steps.iter().find_map(|it| it["stall_ms_before_headers"].as_u64()) {
        std::thread::sleep(Duration::from_millis(stall).min(STALL_MAX));
        return Ok(());
    }
    let is_chunked = row["framing"] == "chunked";
    let mut head = format!("HTTP/1.1 {} Scripted\r\nconnection: close\r\n", row["status"]);
    for (name, value) in row["headers"].as_object().into_iter().flatten() {
        head.push_str(&format!("{name}: {}\r\n", repeated(value)));
    }
    if is_chunked {
        head.push_str("transfer-encoding: chunked\r\n");
    } else {
        let sent: usize = steps.iter().filter_map(|it| it["send"].as_str()).map(str::len).sum();
        head.push_str(&format!("content-length: {}\r\n", sent + 20));
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    for step in &steps {
        for (bytes, pause) in pieces(step) {
            if is_chunked && !bytes.is_empty() {
                stream.write_all(format!("{:x}\r\n", bytes.len()).as_bytes())?;
                stream.write_all(&bytes)?;
                stream.write_all(b"\r\n")?;
            } else {
                stream.write_all(&bytes)?;
            }
            stream.flush()?;
            std::thread::sleep(pause.min(STALL_MAX));
        }
    }
    if ends(row, "rst") {
        std::thread::sleep(Duration::from_millis(100));
    } else if is_chunked && !ends(row, "fin_without_last_chunk") {
        stream.write_all(b"0\r\n\r\n")?;
    }
    Ok(())
}

fn repeated(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => {
            let repeat = &other["repeat"];
            repeat[0].as_str().unwrap().repeat(repeat[1].as_u64().unwrap() as usize)
        }
    }
}

/// What one step sends, and how long it is silent after each piece.
fn pieces(step: &Value) -> Box<dyn Iterator<Item = (Vec<u8>, Duration)> + '_> {
    let none = Duration::ZERO;
    if let Some(text) = step["send"].as_str() {
        return Box::new(std::iter::once((text.as_bytes().to_vec(), none)));
    }
    if let Some(text) = step["send_b64"].as_str() {
        return Box::new(std::iter::once((crate::canaries::base64(text).unwrap(), none)));
    }
    if let Some(text) = step["send_bytewise"].as_str() {
        return Box::new(text.as_bytes().iter().map(move |it| (vec![*it], none)));
    }
    if let Some(stall) = step["stall_ms"].as_u64() {
        return Box::new(std::iter::once((Vec::new(), Duration::from_millis(stall))));
    }
    if let Some(repeat) = step["repeat"].as_array() {
        // Many at once: one write each would measure the machine, not the client.
        let (text, count) = (repeat[0].as_str().unwrap(), repeat[1].as_u64().unwrap() as usize);
        let at_once = (65536 / text.len().max(1)).clamp(1, count.max(1));
        let rest = count % at_once;
        let whole = (0..count / at_once).map(move |_| (text.repeat(at_once).into_bytes(), none));
        return Box::new(whole.chain(std::iter::once((text.repeat(rest).into_bytes(), none))));
    }
    if let Some(repeat) = step["repeat_every_ms"].as_array() {
        let (text, pause) = (repeat[0].as_str().unwrap(), repeat[1].as_u64().unwrap());
        let count = repeat[2].as_u64().unwrap();
        return Box::new(
            (0..count).map(move |_| (text.as_bytes().to_vec(), Duration::from_millis(pause))),
        );
    }
    Box::new(std::iter::empty())
}
