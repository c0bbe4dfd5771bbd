//! A model that is asked over a network.

use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime};

use kai_agent::model::{Answer, Cancel, Event, Failure, FailureKind, Model, Price, price};
use kai_agent::{Outbound, Seal};

use crate::backoff::pause;
use crate::key::Key;
use crate::outbound::Parcel;
use crate::provider::Provider;
use crate::transfer::send;

/// Of a provider's own words.
const MESSAGE_MAX: usize = 500;
const GLANCE: Duration = Duration::from_millis(25);

/// A configured model. Nothing is opened, and no key is read, before the first call.
#[derive(Debug)]
pub struct Connection {
    provider: Provider,
    key: OnceLock<Key>,
}

impl Connection {
    #[must_use]
    pub fn new(provider: Provider) -> Self {
        Self { provider, key: OnceLock::new() }
    }

    /// Exactly what a call sends, as text, with `‹key›` for the key. Nothing is sent, and no key is read.
    #[must_use]
    pub fn shown(&self, outbound: &Outbound) -> String {
        Parcel::new(&self.provider, outbound).shown()
    }

    /// What the user says that it costs, else what is known of it.
    #[must_use]
    pub fn price(&self) -> Option<Price> {
        self.provider.price.or_else(|| price(&self.provider.model))
    }

    fn key(&self, cancel: &Cancel) -> Result<Option<&Key>, Failure> {
        let Some(place) = &self.provider.key else { return Ok(None) };
        if self.key.get().is_none() {
            let _ = self.key.set(place.read(cancel, self.provider.patience.lingering)?);
        }
        Ok(self.key.get())
    }

    /// What a provider says may repeat what it was sent.
    fn cleaned(&self, failure: Failure) -> Failure {
        let clean = |text: &str| {
            let text: String =
                text.chars().filter(|it| !it.is_control()).take(MESSAGE_MAX).collect();
            let text = self.key.get().map_or(text.clone(), |it| it.removed(&text));
            Seal::new().text(&text)
        };
        Failure {
            message: clean(&failure.message),
            name: failure.name.as_deref().map(clean),
            code: failure.code.as_deref().map(clean),
            ..failure
        }
    }
}

impl Model for Connection {
    fn name(&self) -> &str {
        &self.provider.model
    }

    fn window(&self) -> Option<u64> {
        self.provider.window
    }

    fn call(
        &self,
        outbound: &Outbound,
        cancel: &Cancel,
        events: &mut dyn FnMut(Event),
    ) -> Result<Answer, Failure> {
        let key = self.key(cancel)?;
        let parcel = Parcel::new(&self.provider, outbound);
        let patience = self.provider.patience;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let mut is_shown = false;
            let mut show = |event| {
                is_shown = true;
                events(event);
            };
            let result = send(self.provider.api, &parcel, key, patience, cancel, &mut show);
            let failure = match result {
                Ok(answer) => return Ok(answer),
                Err(failure) => self.cleaned(failure),
            };
            // What was shown cannot be taken back.
            let wait = pause(&failure, attempt, &patience, chance()).filter(|_| !is_shown);
            let Some(wait) = wait else { return Err(failure) };
            events(Event::Again { wait, because: failure.message });
            sleep(wait, cancel)?;
        }
    }
}

/// Between 0 and 1; nothing but a wait depends on it.
fn chance() -> f64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    f64::from(now.subsec_nanos() % 1000) / 1000.0
}

fn sleep(wait: Duration, cancel: &Cancel) -> Result<(), Failure> {
    let start = Instant::now();
    while let Some(left) = wait.checked_sub(start.elapsed()).filter(|it| !it.is_zero()) {
        if cancel.is_pressed() {
            return Err(Failure::new(FailureKind::Cancelled, "stopped"));
        }
        std::thread::sleep(left.min(GLANCE));
    }
    Ok(())
}
