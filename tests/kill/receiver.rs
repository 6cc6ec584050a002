//! A receiver that fails, hangs, asks for a wait and breaks off, and knows letters by their key.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

/// A random number.
pub fn chance() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[derive(Default)]
struct Kept {
    /// The first body and how often it was taken, by key.
    taken: Mutex<BTreeMap<String, (Value, u32)>>,
    attempts: Mutex<u32>,
    mood: AtomicU8,
}

/// Does something else each time.
const MOODY: u8 = 0;
/// Takes every letter at once.
const WELL: u8 = 1;
/// Refuses every letter for good.
const REFUSING: u8 = 2;

pub struct Receiver {
    pub url: String,
    kept: Arc<Kept>,
}

impl Receiver {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let kept: Arc<Kept> = Arc::default();
        let shared = kept.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let kept = shared.clone();
                // A sender that is killed breaks its connections off.
                std::thread::spawn(move || serve(stream.unwrap(), &kept));
            }
        });
        Self { url, kept }
    }

    /// From now on every letter is taken at once.
    pub fn behave(&self) {
        self.kept.mood.store(WELL, Ordering::SeqCst);
    }

    /// From now on every letter is refused for good.
    pub fn refuse(&self) {
        self.kept.mood.store(REFUSING, Ordering::SeqCst);
    }

    pub fn arrived(&self) -> BTreeMap<String, Value> {
        self.kept.taken.lock().unwrap().iter().map(|(key, (body, _))| (key.clone(), body.clone())).collect()
    }

    pub fn repeated(&self) -> usize {
        self.kept.taken.lock().unwrap().values().filter(|(_, times)| *times > 1).count()
    }

    pub fn attempts(&self) -> u32 {
        *self.kept.attempts.lock().unwrap()
    }
}

fn serve(stream: TcpStream, kept: &Kept) -> Option<()> {
    let mut out = stream.try_clone().ok()?;
    let mut reader = BufReader::new(stream);
    loop {
        let (mut key, mut length) = (String::new(), 0);
        let mut first = true;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let line = line.trim_end();
            if line.is_empty() && !first {
                break;
            }
            first = false;
            if let Some((name, value)) = line.split_once(": ") {
                match name.to_lowercase().as_str() {
                    "idempotency-key" => key = value.to_owned(),
                    "content-length" => length = value.parse().ok()?,
                    _ => {}
                }
            }
        }
        let mut body = vec![0; length];
        // A request that was broken off was never made.
        reader.read_exact(&mut body).ok()?;
        *kept.attempts.lock().unwrap() += 1;
        let take = || {
            let body: Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(body["id"], key.as_str());
            let mut taken = kept.taken.lock().unwrap();
            let entry = taken.entry(key.clone()).or_insert((body.clone(), 0));
            assert_eq!(entry.0, body, "the same key with another message");
            entry.1 += 1;
        };
        let luck = match kept.mood.load(Ordering::SeqCst) {
            MOODY => chance() % 100,
            REFUSING => {
                out.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 10\r\n\r\nno_service").ok()?;
                continue;
            }
            _ => 0,
        };
        match luck {
            0..50 => {
                take();
                out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").ok()?;
            }
            // Taken, slowly: the sender may be killed meanwhile.
            50..65 => {
                take();
                std::thread::sleep(Duration::from_millis(chance() % 200));
                out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").ok()?;
            }
            // Taken, and the answer is lost.
            65..75 => {
                take();
                return None;
            }
            75..85 => out.write_all(b"HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n").ok()?,
            85..90 => out.write_all(b"HTTP/1.1 429 Wait\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n").ok()?,
            90..95 => {
                out.write_all(b"HTTP/1.1 200 O").ok()?;
                return None;
            }
            _ => std::thread::sleep(Duration::from_secs(2)),
        }
    }
}
