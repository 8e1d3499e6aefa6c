//! A small HTTP/1.1 server on loopback that keeps a record of every request.
//!
//! Not allowed here: knowing what a gateway is. One request a connection, one thread a connection; it lives in the
//! test's own process, so there is no port to print, no file to poll and nothing left running when a test panics.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// The longest request body that is read: a test never needs more, and a bug must not eat the memory.
const MAX_BODY: usize = 16 << 20;

/// A request as it came over the wire.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// What stands after the `?`; empty if nothing.
    pub query: String,
    /// Names in lower case, in the order they came, repeated ones repeated.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Request {
    /// All values of a header; `name` in lower case.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a header that is not empty; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(header, value)| header == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Whether `text` occurs anywhere in the request: in the path, the query, a header or the body.
    pub fn holds(&self, text: &str) -> bool {
        self.path.contains(text)
            || self.query.contains(text)
            || self.headers.iter().any(|(name, value)| name.contains(text) || value.contains(text))
            || String::from_utf8_lossy(&self.body).contains(text)
    }
}

/// What a handler answers.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// What follows the head.
    pub body: Body,
}

/// The body of a [`Response`].
#[derive(Clone, Debug)]
pub enum Body {
    /// Sent whole, with its length.
    Whole(Vec<u8>),
    /// Sent piece by piece, each in a chunk of its own.
    Pieces(Vec<String>),
}

/// A running server; stops when dropped.
pub struct Server {
    port: u16,
    records: Arc<Mutex<Vec<Request>>>,
    stopped: Arc<AtomicBool>,
}

impl Server {
    /// Listens on a free port of the loopback interface and answers each request with `handler`.
    pub fn start(handler: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("can't listen on loopback")?;
        let port = listener.local_addr().context("the listener has no address")?.port();
        let records = Arc::new(Mutex::new(Vec::new()));
        let stopped = Arc::new(AtomicBool::new(false));
        let handler = Arc::new(handler);
        let (records_of_loop, stopped_of_loop) = (Arc::clone(&records), Arc::clone(&stopped));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped_of_loop.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let (handler, records) = (Arc::clone(&handler), Arc::clone(&records_of_loop));
                std::thread::spawn(move || {
                    // A client that goes away in the middle is the client's test's business.
                    let _ = converse(stream, &*handler, &records);
                });
            }
        });
        Ok(Self { port, records, stopped })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Every request so far, in the order of arrival.
    pub fn records(&self) -> Vec<Request> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the accept loop, which then sees the flag.
        let _ = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)));
    }
}

/// Reads one request, records it, answers it, closes.
fn converse(
    mut stream: TcpStream,
    handler: &(dyn Fn(&Request) -> Response + Send + Sync),
    records: &Mutex<Vec<Request>>,
) -> Result<()> {
    // Only against a client that hangs; no test's outcome hangs on it.
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let request = read_request(&mut stream)?;
    let response = handler(&request);
    // Recorded before it is answered: who has the answer in hand finds the record.
    records.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    write_response(&mut stream, &response)?;
    stream.flush()?;
    stream.shutdown(Shutdown::Write)?;
    Ok(())
}

fn read_request(stream: &mut TcpStream) -> Result<Request> {
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    let first = read_line(&mut reader)?;
    let mut parts = first.split(' ');
    let (Some(method), Some(target)) = (parts.next(), parts.next()) else {
        bail!("no request line: {first:?}")
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request =
        Request { method: method.into(), path: path.into(), query: query.into(), ..Request::default() };
    loop {
        let line = read_line(&mut reader)?;
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else { bail!("no header line: {line:?}") };
        request.headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    }
    if request.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
        writer.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    request.body = read_body(&mut reader, &request)?;
    Ok(request)
}

fn read_body(reader: &mut impl BufRead, request: &Request) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    if request.header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
        loop {
            let line = read_line(reader)?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(size, 16).with_context(|| format!("chunk size {size:?}"))?;
            if body.len() + size > MAX_BODY {
                bail!("the body is longer than {MAX_BODY} bytes");
            }
            let start = body.len();
            body.resize(start + size, 0);
            reader.read_exact(&mut body[start..])?;
            read_line(reader)?;
            if size == 0 {
                return Ok(body);
            }
        }
    }
    if let Some(length) = request.header("content-length") {
        let length: usize = length.parse().with_context(|| format!("content length {length:?}"))?;
        if length > MAX_BODY {
            bail!("the body is longer than {MAX_BODY} bytes");
        }
        body.resize(length, 0);
        reader.read_exact(&mut body)?;
    }
    Ok(body)
}

fn read_line(reader: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        bail!("the connection was closed");
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn write_response(stream: &mut TcpStream, response: &Response) -> Result<()> {
    let reason = match response.status {
        200 => "OK",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        _ => "Other",
    };
    write!(
        stream,
        "HTTP/1.1 {} {reason}\r\nContent-Type: {}\r\nConnection: close\r\n",
        response.status, response.content_type
    )?;
    match &response.body {
        Body::Whole(bytes) => {
            write!(stream, "Content-Length: {}\r\n\r\n", bytes.len())?;
            stream.write_all(bytes)?;
        }
        Body::Pieces(pieces) => {
            write!(stream, "Transfer-Encoding: chunked\r\n\r\n")?;
            for piece in pieces {
                write!(stream, "{:x}\r\n{piece}\r\n", piece.len())?;
                stream.flush()?;
            }
            write!(stream, "0\r\n\r\n")?;
        }
    }
    Ok(())
}
