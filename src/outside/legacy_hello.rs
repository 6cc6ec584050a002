//! A ClientHello made by hand, for the protocol versions that no maintained TLS library speaks any more.
//!
//! To know whether a server still accepts TLS 1.0 or 1.1 it has to be asked in those versions. The handshake is never
//! finished: the version in the server's answer is all that is wanted, so no cryptography is done here.
//! It also asks for TLS 1.2 where the library's own handshake fails, since the library has none of the older cipher
//! suites and would take their absence for the version's.

use std::io::ErrorKind;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::probe::{ErrorKind as Kind, ProbeError};

/// What a server says to a protocol version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// It goes on in that version.
    Accepted,
    /// It says no: an alert, or a lower version.
    Refused,
    /// It closed without a word. A refusal, provided that it is known to answer other versions.
    Closed,
    /// Cannot be told.
    Undecided(ProbeError),
}

/// A protocol version as it stands in a ClientHello.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u16)]
pub enum Version {
    /// TLS 1.0, RFC 2246.
    Tls10 = 0x0301,
    /// TLS 1.1, RFC 4346.
    Tls11 = 0x0302,
    /// TLS 1.2, RFC 5246.
    Tls12 = 0x0303,
}

/// Cipher suites of TLS 1.0 and 1.1, the usual ones of their age: ECDHE, DHE and RSA key exchange with AES, Camellia,
/// 3DES, SEED, IDEA and RC4; last the renegotiation signal of RFC 5746, which strict servers insist on.
///
/// Source: IANA, TLS Cipher Suites registry.
const OLD_SUITES: &[u16] = &[
    0xc014, 0xc00a, 0xc013, 0xc009, 0x0039, 0x0038, 0x0033, 0x0032, 0x0035, 0x002f, 0x0088, 0x0087, 0x0084, 0x0045,
    0x0044, 0x0041, 0xc012, 0xc008, 0x0016, 0x0013, 0x000a, 0x009a, 0x0096, 0x0007, 0xc011, 0xc007, 0x0005, 0x0004,
    0x00ff,
];

/// Cipher suites that came with TLS 1.2: GCM, CCM, ChaCha20 and CBC with SHA-2. Source as above.
const TLS12_SUITES: &[u16] = &[
    0xc02f, 0xc02b, 0xc030, 0xc02c, 0xcca8, 0xcca9, 0xccaa, 0xc0ac, 0xc0ad, 0x009e, 0x009f, 0x00a2, 0x00a3, 0xc027,
    0xc023, 0xc028, 0xc024, 0x0067, 0x006b, 0x0040, 0x006a, 0x009c, 0x009d, 0xc09c, 0xc09d, 0x003c, 0x003d,
];

/// Signature algorithms of TLS 1.2 (RFC 5246, 7.4.1.4.1, and RFC 8446, 4.2.3), SHA-1 included.
const SIGNATURES: &[u16] =
    &[0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0402, 0x0203, 0x0201, 0x0202];

/// Groups: x25519, P-256, P-384, P-521. Source: IANA, TLS Supported Groups registry.
const GROUPS: &[u16] = &[0x001d, 0x0017, 0x0018, 0x0019];

fn words(list: &[u16]) -> Vec<u8> {
    list.iter().flat_map(|w| w.to_be_bytes()).collect()
}

/// `body` after its length in two bytes. Bodies here are far below 64 KiB; a longer one would be cut.
fn sized(body: &[u8]) -> Vec<u8> {
    let body = body.get(..usize::from(u16::MAX)).unwrap_or(body);
    let length = u16::try_from(body.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes(), body].concat()
}

fn extension(kind: u16, body: &[u8]) -> Vec<u8> {
    [kind.to_be_bytes().to_vec(), sized(body)].concat()
}

/// The record with a ClientHello that offers nothing above `version`. `name` is the host name for SNI; none for an
/// address. The "random" is fixed, as nothing is ever encrypted with it.
pub fn client_hello(version: Version, name: Option<&str>) -> Vec<u8> {
    let number = (version as u16).to_be_bytes();
    let mut extensions = Vec::new();
    if let Some(name) = name {
        // One entry: type 0 (host_name), then the name.
        let entry = [vec![0], sized(name.as_bytes())].concat();
        extensions.extend(extension(0x0000, &sized(&entry)));
    }
    extensions.extend(extension(0x000a, &sized(&words(GROUPS))));
    extensions.extend(extension(0x000b, &[1, 0]));
    let mut suites = Vec::new();
    if version == Version::Tls12 {
        extensions.extend(extension(0x000d, &sized(&words(SIGNATURES))));
        suites.extend_from_slice(TLS12_SUITES);
    }
    suites.extend_from_slice(OLD_SUITES);

    let body = [
        number.to_vec(),
        vec![0x4b; 32],
        vec![0], // no session to resume
        sized(&words(&suites)),
        vec![1, 0], // no compression
        sized(&extensions),
    ]
    .concat();
    // Handshake type 1 (client_hello) and a length of three bytes, of which the first is always 0 here.
    let handshake = [vec![1, 0], sized(&body)].concat();
    // Record type 22 (handshake). The record's version is 3.1 in the first flight whatever is offered (RFC 5246, E.1).
    [vec![22, 3, 1], sized(&handshake)].concat()
}

/// Sends the hello over `stream` and reads what the server makes of it, `within` at most.
pub async fn ask(mut stream: TcpStream, version: Version, name: Option<&str>, within: Duration) -> Reply {
    let hello = client_hello(version, name);
    let talk = async {
        stream.write_all(&hello).await?;
        read_reply(&mut stream, version).await
    };
    match timeout(within, talk).await {
        Ok(Ok(reply)) => reply,
        Ok(Err(e)) => match e.kind() {
            ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::BrokenPipe
            | ErrorKind::ConnectionAborted => Reply::Closed,
            _ => Reply::Undecided(ProbeError::new(Kind::Connect, e.to_string())),
        },
        Err(_) => Reply::Undecided(ProbeError::new(
            Kind::Timeout,
            format!("expected an answer to the hello, found silence for {} s; try again", within.as_secs()),
        )),
    }
}

async fn read_reply(stream: &mut TcpStream, version: Version) -> std::io::Result<Reply> {
    let odd = |what: String| Reply::Undecided(ProbeError::new(Kind::Other, what));
    // A warning (such as unrecognized_name) may come before the answer; more than a few is no handshake.
    for _ in 0..4 {
        let mut header = [0u8; 5];
        stream.read_exact(&mut header).await?;
        let [kind, major, _, high, low] = header;
        if major != 3 || !matches!(kind, 21 | 22) {
            return Ok(odd("expected a TLS record, found other bytes; is this a TLS port?".to_owned()));
        }
        let length = usize::from(u16::from_be_bytes([high, low]));
        if kind == 21 {
            let mut alert = [0u8; 2];
            stream.read_exact(&mut alert).await?;
            match alert {
                [1, 0] => return Ok(Reply::Closed),
                [1, _] if length == 2 => {}
                // handshake_failure, protocol_version, insufficient_security: a no to what was offered.
                [_, 40 | 70 | 71] => return Ok(Reply::Refused),
                [_, code] => {
                    return Ok(odd(format!("expected a hello or a refusal, found alert {code}; look at it by hand")));
                }
            }
            continue;
        }
        // Type, length (3), version (2): enough to know.
        let mut start = [0u8; 6];
        stream.read_exact(&mut start).await?;
        let [message, _, _, _, high, low] = start;
        if message != 2 || length < start.len() {
            return Ok(odd(format!("expected a server hello, found handshake message {message}; look at it by hand")));
        }
        let chosen = u16::from_be_bytes([high, low]);
        return Ok(match chosen.cmp(&(version as u16)) {
            std::cmp::Ordering::Equal => Reply::Accepted,
            std::cmp::Ordering::Less => Reply::Refused,
            std::cmp::Ordering::Greater => odd(format!("expected at most the version offered, found {chosen:#06x}")),
        });
    }
    Ok(odd("expected a server hello, found warnings only; look at it by hand".to_owned()))
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// What the probe makes of a server that answers the bytes and closes (`hold`: keeps silent instead of closing).
    async fn against(bytes: &'static [u8], hold: bool, version: Version) -> Reply {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut hello = [0u8; 2048];
            let n = stream.read(&mut hello).await.unwrap();
            assert_eq!(hello[..3], [22, 3, 1]);
            assert_eq!(usize::from(u16::from_be_bytes([hello[3], hello[4]])) + 5, n);
            assert_eq!(hello[9..11], (version as u16).to_be_bytes());
            stream.write_all(bytes).await.unwrap();
            if hold {
                tokio::time::sleep(Duration::from_secs(30)).await;
            }
        });
        let stream = TcpStream::connect(address).await.unwrap();
        ask(stream, version, Some("www.example.com"), Duration::from_millis(400)).await
    }

    const HELLO_10: &[u8] = &[22, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1, 0, 0, 0];

    #[tokio::test]
    async fn a_server_hello_in_the_version_is_acceptance() {
        assert_eq!(against(HELLO_10, false, Version::Tls10).await, Reply::Accepted);
        // A warning first: unrecognized_name.
        let warned = &[21, 3, 1, 0, 2, 1, 112, 22, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1];
        assert_eq!(against(warned, false, Version::Tls10).await, Reply::Accepted);
    }

    #[tokio::test]
    async fn a_lower_version_refuses_the_one_asked_for() {
        assert_eq!(against(HELLO_10, false, Version::Tls11).await, Reply::Refused);
    }

    #[tokio::test]
    async fn refusing_alerts_refuse_and_other_alerts_decide_nothing() {
        assert_eq!(against(&[21, 3, 1, 0, 2, 2, 70], false, Version::Tls10).await, Reply::Refused);
        assert_eq!(against(&[21, 3, 3, 0, 2, 2, 40], false, Version::Tls11).await, Reply::Refused);
        assert!(matches!(against(&[21, 3, 1, 0, 2, 2, 80], false, Version::Tls10).await, Reply::Undecided(_)));
        assert!(matches!(against(&[21, 3, 1, 0, 2, 2, 112], false, Version::Tls10).await, Reply::Undecided(_)));
    }

    #[tokio::test]
    async fn silence_and_foreign_bytes_decide_nothing_and_closing_is_told_apart() {
        let Reply::Undecided(e) = against(b"", true, Version::Tls10).await else { panic!("silence decided") };
        assert_eq!(e.kind, Kind::Timeout);
        assert!(matches!(against(b"HTTP/1.1 400 Bad", false, Version::Tls10).await, Reply::Undecided(_)));
        // Half a server hello is no acceptance, and no refusal either.
        assert_eq!(against(&HELLO_10[..8], false, Version::Tls10).await, Reply::Closed);
        assert_eq!(against(b"", false, Version::Tls10).await, Reply::Closed);
    }

    #[test]
    fn only_the_12_hello_names_signature_algorithms_and_a_bare_address_has_no_sni() {
        let has = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).any(|w| w == what);
        let sni = b"\x00\x00\x00\x14\x00\x12\x00\x00\x0fwww.example.com";
        assert!(has(&client_hello(Version::Tls10, Some("www.example.com")), sni));
        assert!(!has(&client_hello(Version::Tls10, None), b"\x00\x00\x00\x14"));
        let signatures = [&[0, 13, 0, 28, 0, 26][..], &words(SIGNATURES)].concat();
        assert!(has(&client_hello(Version::Tls12, None), &signatures));
        assert!(!has(&client_hello(Version::Tls11, None), &signatures));
    }
}
