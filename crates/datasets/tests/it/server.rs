//! An HTTP server on this machine that does as a test tells it.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    /// Such as `/labels.gz`.
    pub(crate) path: String,
    /// First byte wanted, where the client says.
    pub(crate) from: Option<usize>,
}

/// What it gets.
pub(crate) enum Reply {
    /// Everything, whatever range was asked for.
    Whole(Vec<u8>),
    /// From the byte asked for on, as far as the file goes.
    Range(Vec<u8>),
    /// As `Range`, but the connection closes after so many bytes.
    Cut(Vec<u8>, usize),
    /// As `Cut`, but the connection stays open.
    Stall(Vec<u8>, usize),
    /// The second half, whatever was asked for.
    OtherPart(Vec<u8>),
    /// Everything, without a word about its length.
    Unmeasured(Vec<u8>),
    /// A status and no more.
    Status(&'static str),
    /// A slow trickle that does not end.
    Trickle,
    /// Nothing: the connection stays open.
    Silence,
}

/// A running server; it ends with the tests.
pub(crate) struct Server {
    address: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Answers the n-th request, from 0, as `answer` says.
    pub(crate) fn start(answer: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (Arc::clone(&requests), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                thread::spawn(move || {
                    let Some(request) = read(&stream) else { return };
                    let number = {
                        let mut seen = seen.lock().unwrap();
                        seen.push(request.clone());
                        seen.len() - 1
                    };
                    // A client that hangs up early is what some tests are about.
                    let _ = write(stream, &request, answer(number, &request));
                });
            }
        });
        Self { address, requests }
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        self.address.clone()
    }

    /// The requests so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

/// The address of a server that is not there.
pub(crate) fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: Vec<String> = lines.take_while(|line| !line.is_empty()).map(|line| line.to_lowercase()).collect();
    let from = headers.iter().find_map(|line| line.strip_prefix("range: bytes=")?.strip_suffix('-')?.parse().ok());
    Some(Request { path, from })
}

fn write(mut stream: TcpStream, request: &Request, reply: Reply) -> std::io::Result<()> {
    let close = "Connection: close\r\n\r\n";
    match reply {
        Reply::Whole(bytes) => {
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{close}", bytes.len())?;
            stream.write_all(&bytes)
        }
        Reply::Range(bytes) => {
            let end = bytes.len();
            range(&mut stream, request, &bytes, end)
        }
        Reply::Cut(bytes, end) => range(&mut stream, request, &bytes, end),
        Reply::Stall(bytes, end) => {
            range(&mut stream, request, &bytes, end)?;
            thread::sleep(Duration::from_secs(30));
            Ok(())
        }
        Reply::OtherPart(bytes) => {
            let half = bytes.len() / 2;
            let request = Request { from: Some(half), ..request.clone() };
            range(&mut stream, &request, &bytes, bytes.len())
        }
        Reply::Unmeasured(bytes) => {
            write!(stream, "HTTP/1.1 200 OK\r\n{close}")?;
            stream.write_all(&bytes)
        }
        Reply::Status(status) => write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n{close}"),
        Reply::Trickle => {
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n{close}")?;
            loop {
                stream.write_all(b"x")?;
                thread::sleep(Duration::from_millis(20));
            }
        }
        Reply::Silence => {
            thread::sleep(Duration::from_secs(30));
            Ok(())
        }
    }
}

fn range(stream: &mut TcpStream, request: &Request, bytes: &[u8], end: usize) -> std::io::Result<()> {
    let len = bytes.len();
    let close = "Connection: close\r\n\r\n";
    match request.from {
        Some(from) if from >= len => {
            write!(stream, "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n{close}")
        }
        Some(from) => {
            let head = format!("Content-Range: bytes {from}-{}/{len}\r\nContent-Length: {}", len - 1, len - from);
            write!(stream, "HTTP/1.1 206 Partial Content\r\n{head}\r\n{close}")?;
            stream.write_all(&bytes[from..end.max(from)])
        }
        None => {
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {len}\r\n{close}")?;
            stream.write_all(&bytes[..end])
        }
    }
}
