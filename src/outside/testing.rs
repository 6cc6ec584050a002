//! Servers of this machine to look at.

use std::sync::Arc;

use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, SupportedProtocolVersion, version};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::Options;
use super::tests::options;

pub type Versions = &'static [&'static SupportedProtocolVersion];
pub const BOTH: Versions = &[&version::TLS12, &version::TLS13];
pub const ONLY_12: Versions = &[&version::TLS12];
pub const ONLY_13: Versions = &[&version::TLS13];

pub struct Authority(pub CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub fn options(&self) -> Options {
        Options { extra_roots: vec![self.0.der().clone()], ..options() }
    }

    /// A certificate for `name`, valid in 2026 up to and without `month`.
    pub fn issue(&self, name: &str, month: u8) -> Identity {
        let key = KeyPair::generate().unwrap();
        let certificate = params(name, month).signed_by(&key, &self.0).unwrap();
        Identity { chain: vec![certificate.der().clone()], key: key.serialize_der() }
    }
}

pub struct Identity {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: Vec<u8>,
}

pub fn params(name: &str, month: u8) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(2026, month, 1);
    params
}

/// A TLS server that answers any request with an HSTS header. Returns its port.
pub async fn serve(identity: Identity, versions: Versions) -> u16 {
    let config = ServerConfig::builder_with_provider(super::probe::provider())
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(identity.chain, PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key)))
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut request = [0u8; 2048];
                let _ = stream.read(&mut request).await;
                let answer = "HTTP/1.1 200 OK\r\nstrict-transport-security: max-age=31536000\r\n\
                              content-length: 2\r\nconnection: close\r\n\r\nok";
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    port
}

/// A server that reads a hello and answers what `answer` makes of it. Returns its port.
pub async fn raw(answer: fn(&[u8]) -> Vec<u8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut hello = [0u8; 4096];
            if stream.read(&mut hello).await.is_ok_and(|n| n > 11) {
                let _ = stream.write_all(&answer(&hello)).await;
            }
        }
    });
    port
}

/// OpenSSL's own server, for the versions that no Rust library speaks. Killed when dropped.
pub struct OpenSsl(std::process::Child, pub u16);

impl Drop for OpenSsl {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl OpenSsl {
    /// None where this machine has no `openssl`.
    pub fn serve(dir: &std::path::Path, identity: &Identity, more: &[&str]) -> Option<Self> {
        use std::io::BufRead;
        let (cert, key) = (dir.join("cert.der"), dir.join("key.der"));
        std::fs::write(&cert, &identity.chain[0]).unwrap();
        std::fs::write(&key, &identity.key).unwrap();
        let mut child = std::process::Command::new("openssl")
            .args(["s_server", "-accept", "127.0.0.1:0", "-www", "-certform", "DER", "-keyform", "DER", "-cert"])
            .arg(&cert)
            .arg("-key")
            .arg(&key)
            .args(more)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .ok()?;
        let lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
        let port =
            lines.map_while(Result::ok).find_map(|l| l.strip_prefix("ACCEPT ")?.rsplit(':').next()?.parse().ok());
        Some(Self(child, port.expect("openssl s_server names its port")))
    }
}
