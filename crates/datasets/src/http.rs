//! One HTTP transfer on a thread of its own, so that the caller can stop waiting at any moment.

use std::env;
use std::io::{ErrorKind, Read};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use ureq::Agent;
use ureq::http::HeaderMap;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

/// What a transfer reports, in this order: `Start`, any number of `Data`, then `End`; or `Failed` at any point.
#[derive(Debug)]
pub(crate) enum Event {
    /// The server has answered with success.
    Start {
        /// The byte of the file that the data begins at: what was asked for, or 0 from a server that cannot resume.
        from: u64,
        /// The whole file's length, where the server says.
        total: Option<u64>,
    },
    /// The next bytes.
    Data(Vec<u8>),
    /// The server has sent all that it meant to.
    End,
    /// It went wrong.
    Failed(Failure),
}

/// Why a transfer broke off.
#[derive(Debug)]
pub(crate) struct Failure {
    /// In a user's words.
    pub(crate) why: String,
    /// Whether it may go better a second time.
    pub(crate) again: Again,
}

/// Whether to ask once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// The answer will be the same.
    No,
    /// It may have been an accident.
    Yes,
    /// The server has no such part of the file; it may have the whole.
    FromStart,
}

impl Failure {
    pub(crate) fn new(why: impl Into<String>, again: Again) -> Self {
        Self { why: why.into(), again }
    }
}

/// Asks for `url` from byte `from` on. A connection that is silent for `quiet` has failed.
///
/// The thread ends with the transfer, or soon after the receiver is dropped.
pub(crate) fn get(url: String, from: u64, connect: Duration, quiet: Duration) -> Receiver<Event> {
    let (sender, receiver) = sync_channel(4);
    thread::spawn(move || {
        if let Err(failure) = transfer(&url, from, connect, quiet, &sender) {
            // Nobody listens any more if the caller has stopped waiting.
            let _ = sender.send(Event::Failed(failure));
        }
    });
    receiver
}

fn transfer(
    url: &str,
    from: u64,
    connect: Duration,
    quiet: Duration,
    sender: &SyncSender<Event>,
) -> Result<(), Failure> {
    let agent: Agent = Agent::config_builder()
        .timeout_resolve(Some(connect))
        .timeout_connect(Some(connect))
        .timeout_recv_response(Some(quiet))
        .timeout_per_read(Some(quiet))
        .http_status_as_error(false)
        .user_agent(concat!("advlab/", env!("CARGO_PKG_VERSION")))
        .accept_encoding("identity") // the files are packed already
        .tls_config(tls())
        .build()
        .into();
    let mut request = agent.get(url);
    if from > 0 {
        request = request.header("Range", format!("bytes={from}-"));
    }
    let mut response = request.call().map_err(|error| describe(&error))?;

    let status = response.status();
    let (start, total) = match status.as_u16() {
        200 => (0, response.body().content_length()),
        206 => range(response.headers())
            .filter(|(start, _)| *start == from)
            .ok_or_else(|| Failure::new("another part of the file than was asked for", Again::FromStart))?,
        416 => return Err(Failure::new(status.to_string(), Again::FromStart)),
        408 | 429 | 500..=599 => return Err(Failure::new(status.to_string(), Again::Yes)),
        _ => return Err(Failure::new(status.to_string(), Again::No)),
    };
    if sender.send(Event::Start { from: start, total }).is_err() {
        return Ok(());
    }
    let mut body = response.body_mut().with_config().limit(u64::MAX).reader();
    loop {
        let mut chunk = vec![0; 1 << 16];
        let len = body.read(&mut chunk).map_err(|error| Failure::new(error.to_string(), Again::Yes))?;
        chunk.truncate(len);
        let event = if len == 0 { Event::End } else { Event::Data(chunk) };
        if sender.send(event).is_err() || len == 0 {
            return Ok(());
        }
    }
}

/// First byte and whole length in `Content-Range: bytes 100-199/200`; the length may be `*`.
fn range(headers: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let (range, total) = headers.get("content-range")?.to_str().ok()?.strip_prefix("bytes ")?.split_once('/')?;
    Some((range.split_once('-')?.0.trim().parse().ok()?, total.trim().parse().ok()))
}

/// The certificates built in, or those in the file that `SSL_CERT_FILE` names, as curl and Python take them: some
/// institutes look into their users' connections under a certificate of their own.
fn tls() -> TlsConfig {
    let own: Vec<_> = env::var_os("SSL_CERT_FILE")
        .and_then(|path| std::fs::read(path).ok())
        .map(|pem| {
            parse_pem(&pem)
                .filter_map(|item| match item {
                    Ok(PemItem::Certificate(certificate)) => Some(certificate),
                    _ => None,
                })
                .collect()
        })
        .unwrap_or_default();
    match own.is_empty() {
        true => TlsConfig::default(),
        false => TlsConfig::builder().root_certs(RootCerts::Specific(Arc::new(own))).build(),
    }
}

const NO_HOST: &str = "host not found, is there a network?";

/// In a user's words, and whether it may go better a second time.
fn describe(error: &ureq::Error) -> Failure {
    match error {
        ureq::Error::HostNotFound => Failure::new(NO_HOST, Again::No),
        ureq::Error::Timeout(what) => Failure::new(format!("no answer in time ({what})"), Again::Yes),
        ureq::Error::BadUri(what) => Failure::new(format!("not an address: {what}"), Again::No),
        ureq::Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => {
            Failure::new("connection refused", Again::No)
        }
        // The system's resolver has no error kind of its own, only this text.
        ureq::Error::Io(error) if error.to_string().contains("failed to lookup") => Failure::new(NO_HOST, Again::No),
        ureq::Error::Io(error) => Failure::new(error.to_string(), Again::Yes),
        other => Failure::new(other.to_string(), Again::Yes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ureq::http::HeaderValue;

    #[test]
    fn a_range_reads_or_does_not() {
        let read = |text: &'static str| {
            range(&HeaderMap::from_iter([("content-range".parse().unwrap(), HeaderValue::from_static(text))]))
        };
        assert_eq!(read("bytes 100-199/200"), Some((100, Some(200))));
        assert_eq!(read("bytes 5-9/*"), Some((5, None)));
        for text in ["", "bytes", "bytes */200", "bytes x-1/2", "lines 1-2/3"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(range(&HeaderMap::new()), None);
    }
}
