//! One request on its way, on a thread of its own, so that who waits can give up at once.

use std::error::Error as _;
use std::io::Read as _;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant, SystemTime};

use kai_agent::model::{Answer, Cancel, Event, Failure, FailureKind};
use ureq::Agent;
use ureq::tls::TlsConfig;

use crate::authorities::authorities;
use crate::decoder::Decoder;
use crate::head::Head;
use crate::key::Key;
use crate::outbound::Parcel;
use crate::provider::{Api, Patience};

/// How often a wish to stop is looked for.
const GLANCE: Duration = Duration::from_millis(25);
const PIECE: usize = 16 << 10;
const HEADERS_MAX: usize = 100 << 10;
/// Pieces that wait for who reads them.
const WAITING_MAX: usize = 64;

/// What arrives.
enum Arrival {
    Head(Head),
    Piece(Vec<u8>),
    /// The body ended, or the connection did.
    End {
        is_whole: bool,
    },
    Failure(Failure),
}

/// Sends once and hands out what comes.
pub(crate) fn send(
    api: Api,
    parcel: &Parcel,
    key: Option<&Key>,
    patience: Patience,
    cancel: &Cancel,
    events: &mut dyn FnMut(Event),
) -> Result<Answer, Failure> {
    let (sender, arrivals) = sync_channel(WAITING_MAX);
    let (parcel, key) = (parcel.clone(), key.cloned());
    std::thread::spawn(move || transfer(&parcel, key.as_ref(), patience, &sender));
    receive(api, &arrivals, patience, cancel, events)
}

fn receive(
    api: Api,
    arrivals: &Receiver<Arrival>,
    patience: Patience,
    cancel: &Cancel,
    events: &mut dyn FnMut(Event),
) -> Result<Answer, Failure> {
    let start = Instant::now();
    let mut last_part = start;
    let mut decoder: Option<Decoder> = None;
    let broken = |decoder: Option<Decoder>, failure: Failure| {
        let partial = decoder.and_then(|it| it.finish(false).err()).map(|it| it.partial);
        Failure { partial: partial.unwrap_or_default(), ..failure }
    };
    loop {
        if cancel.is_pressed() {
            return Err(broken(decoder, Failure::new(FailureKind::Cancelled, "stopped")));
        }
        if last_part.elapsed() > patience.silence || start.elapsed() > patience.whole {
            return Err(broken(decoder, timed_out(start.elapsed())));
        }
        match arrivals.recv_timeout(GLANCE) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(Arrival::Failure(failure)) => return Err(broken(decoder, failure)),
            Ok(Arrival::Head(head)) => {
                last_part = Instant::now();
                decoder = Some(Decoder::new(api, head));
            }
            Ok(Arrival::Piece(bytes)) => {
                let Some(decoder) = &mut decoder else { continue };
                let before = decoder.progress();
                decoder.feed(&bytes, events);
                if decoder.progress() != before {
                    last_part = Instant::now();
                }
            }
            Ok(Arrival::End { is_whole }) => {
                return decoder.ok_or_else(no_connection)?.finish(is_whole);
            }
            Err(RecvTimeoutError::Disconnected) => {
                return decoder.ok_or_else(no_connection)?.finish(false);
            }
        }
        if let Some(done) = decoder.take_if(|it| it.is_done()) {
            return done.finish(true);
        }
    }
}

/// A send that fails says that nobody waits any more.
fn transfer(parcel: &Parcel, key: Option<&Key>, patience: Patience, sender: &SyncSender<Arrival>) {
    let asked = believed(parcel)
        .and_then(|tls| ask(parcel, key, patience, tls).map_err(|it| failure(&it, parcel)));
    let mut response = match asked {
        Ok(response) => response,
        Err(failure) => {
            let _ = sender.send(Arrival::Failure(failure));
            return;
        }
    };
    let status = response.status().as_u16();
    let header = |name: &str| response.headers().get(name)?.to_str().ok().map(str::to_owned);
    if let Some(refused) = refused(status, header("content-encoding").as_deref()) {
        let _ = sender.send(Arrival::Failure(refused));
        return;
    }
    if sender.send(Arrival::Head(Head::read(status, SystemTime::now(), header))).is_err() {
        return;
    }
    let mut reader = response.body_mut().as_reader();
    loop {
        let mut bytes = vec![0; PIECE];
        let arrival = match reader.read(&mut bytes) {
            Ok(0) => Arrival::End { is_whole: true },
            Ok(count) => {
                bytes.truncate(count);
                Arrival::Piece(bytes)
            }
            Err(_) => Arrival::End { is_whole: false },
        };
        let is_end = matches!(arrival, Arrival::End { .. });
        if sender.send(arrival).is_err() || is_end {
            return;
        }
    }
}

/// Nobody has to vouch for an address in clear, and none leads on.
fn believed(parcel: &Parcel) -> Result<TlsConfig, Failure> {
    if parcel.url.starts_with("http://") {
        return Ok(TlsConfig::default());
    }
    authorities().map_err(|error| {
        let cause = error.source().map(|it| format!(": {it}")).unwrap_or_default();
        Failure::new(FailureKind::Network, format!("{error}{cause}"))
    })
}

fn ask(
    parcel: &Parcel,
    key: Option<&Key>,
    patience: Patience,
    tls: TlsConfig,
) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
    let mut config = Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_response_header_size(HEADERS_MAX)
        .timeout_connect(Some(patience.connecting))
        // Who waits gives up first; this ends the thread.
        .timeout_per_read(Some(patience.silence.saturating_mul(2)))
        .timeout_global(Some(patience.whole))
        .user_agent("")
        .accept("");
    // What is for this machine leaves it neither in clear nor at all, whatever the environment says.
    if parcel.is_local {
        config = config.proxy(None);
    }
    let agent: Agent = config.build().into();
    let mut request = agent.post(&parcel.url);
    for (name, value) in &parcel.headers {
        request = request.header(name, value);
    }
    if let (Some(name), Some(key)) = (&parcel.key_header, key) {
        request = request.header(name, parcel.key_value(key));
    }
    request.send(&parcel.body)
}

/// A key does not follow to another address, and nothing is unpacked that was not asked for.
fn refused(status: u16, encoding: Option<&str>) -> Option<Failure> {
    if (300..400).contains(&status) {
        let message = format!(
            "the provider leads to another address (status {status}), and keys do not follow there"
        );
        let failure = Failure::new(FailureKind::Redirected, message);
        return Some(Failure { status: Some(status), ..failure });
    }
    let encoding = encoding.filter(|it| !it.trim().eq_ignore_ascii_case("identity"))?;
    let message = format!("the answer is packed as `{encoding}`, which nobody asked for");
    Some(Failure::new(FailureKind::Encoding, message))
}

fn failure(error: &ureq::Error, parcel: &Parcel) -> Failure {
    let host = parcel.url.split('/').nth(2).unwrap_or_default();
    match error {
        ureq::Error::Timeout(_) => {
            Failure::new(FailureKind::TimedOut, format!("`{host}` does not answer in time"))
        }
        error => {
            let why = error.to_string();
            let hint = match why.contains("UnknownIssuer") {
                true => "; name the certificates of who vouches for it in `SSL_CERT_FILE`",
                false => "",
            };
            Failure::new(FailureKind::Network, format!("cannot reach `{host}`: {why}{hint}"))
        }
    }
}

fn timed_out(after: Duration) -> Failure {
    let message =
        format!("no part of an answer came for too long; stopped after {} s", after.as_secs());
    Failure::new(FailureKind::TimedOut, message)
}

fn no_connection() -> Failure {
    Failure::new(FailureKind::Network, "the connection ended before it began")
}
