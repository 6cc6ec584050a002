//! The chain that a server shows: recorded during the handshake, then judged.

use std::sync::{Mutex, PoisonError};

use chrono::DateTime;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use x509_parser::objects::{oid_registry, oid2sn};
use x509_parser::oid_registry::Oid;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

use super::probe::{ErrorKind, ProbeError, unix_time};
use crate::model::Moment;

/// What a server's certificate says and whether it is trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateFacts {
    /// Whether the chain leads to a trusted root, every certificate of it is in date, and the server proved that it
    /// holds the key. The name is apart.
    pub chain_valid: bool,
    /// Whether the certificate is for the host.
    pub name_matches: bool,
    /// Why one of the two is not so.
    pub trust_error: Option<String>,
    /// The clock that the chain was judged by.
    pub judged_at: Moment,
    /// When a certificate of the chain runs out first after `judged_at`: until then the judgement stands.
    pub stands_until: Option<Moment>,
    /// From when the server's own certificate is valid.
    pub not_before: Moment,
    /// Until when.
    pub not_after: Moment,
    /// Its subject, as a distinguished name.
    pub subject: String,
    /// Its issuer.
    pub issuer: String,
    /// `RSA`, `EC`, `Ed25519`, or the algorithm's object id.
    pub key_algorithm: String,
    /// Size of the key in bits; none where the kind of key is not known.
    pub key_bits: Option<u32>,
    /// Name of the signature algorithm, or its object id.
    pub signature_algorithm: String,
    /// SHA-256 of each certificate, in the order sent, lower-case hex.
    pub chain_sha256: Vec<String>,
}

/// What one handshake showed.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// The certificates, in the order sent.
    pub chain: Vec<CertificateDer<'static>>,
    /// Whether the server signed the handshake with the certificate's key.
    pub proved: bool,
}

/// Takes down the chain and lets every chain pass, so that a handshake tells of the protocol alone. Nothing is ever
/// sent over such a connection.
#[derive(Debug)]
pub struct Recorder {
    algorithms: WebPkiSupportedAlgorithms,
    shown: Mutex<Shown>,
}

impl Recorder {
    /// One that knows these signature algorithms.
    pub fn new(algorithms: WebPkiSupportedAlgorithms) -> Self {
        Self { algorithms, shown: Mutex::default() }
    }

    /// What was shown so far.
    pub fn shown(&self) -> Shown {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn signed(&self, result: Result<HandshakeSignatureValid, Error>) -> Result<HandshakeSignatureValid, Error> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).proved = result.is_ok();
        result
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let chain = std::iter::once(end_entity).chain(intermediates).map(|c| c.clone().into_owned()).collect();
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).chain = chain;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.signed(verify_tls12_signature(message, cert, signature, &self.algorithms))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.signed(verify_tls13_signature(message, cert, signature, &self.algorithms))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Judges what was shown for `name` by the clock `now`.
///
/// # Errors
/// Nothing was shown, or the server's certificate cannot be parsed.
pub fn judge(
    shown: &Shown,
    name: &ServerName<'_>,
    roots: &RootCertStore,
    algorithms: &WebPkiSupportedAlgorithms,
    now: Moment,
) -> Result<CertificateFacts, ProbeError> {
    let unreadable = |e: &dyn std::fmt::Display| {
        ProbeError::new(ErrorKind::Other, format!("expected an X.509 certificate, found one that cannot be read: {e}"))
    };
    let Some((leaf, intermediates)) = shown.chain.split_first() else {
        return Err(ProbeError::new(ErrorKind::Tls, "expected a certificate, found none"));
    };
    let (_, parsed) = X509Certificate::from_der(leaf).map_err(|e| unreadable(&e))?;

    let entity = ParsedCertificate::try_from(leaf);
    let trusted = entity.as_ref().map_err(Error::clone).and_then(|entity| {
        verify_server_cert_signed_by_trust_anchor(entity, roots, intermediates, unix_time(now), algorithms.all)
    });
    let named = entity.as_ref().map_err(Error::clone).and_then(|entity| verify_server_name(entity, name));
    let mut wrong: Vec<String> = [&trusted, &named].into_iter().filter_map(|r| r.as_ref().err()).map(plain).collect();
    wrong.dedup();
    if !shown.proved {
        wrong.push("the server did not prove that it holds the certificate's key".to_owned());
    }

    let (key_algorithm, key_bits) = key(&parsed);
    Ok(CertificateFacts {
        chain_valid: trusted.is_ok() && shown.proved,
        name_matches: named.is_ok(),
        trust_error: (!wrong.is_empty()).then(|| wrong.join("; ")),
        judged_at: now,
        stands_until: shown.chain.iter().filter_map(|c| end_of(c)).filter(|end| *end >= now).min(),
        not_before: moment(parsed.validity().not_before.timestamp()).ok_or_else(|| unreadable(&"its dates"))?,
        not_after: moment(parsed.validity().not_after.timestamp()).ok_or_else(|| unreadable(&"its dates"))?,
        subject: parsed.subject().to_string(),
        issuer: parsed.issuer().to_string(),
        key_algorithm,
        key_bits,
        signature_algorithm: oid_name(&parsed.signature_algorithm.algorithm),
        chain_sha256: shown.chain.iter().map(|c| hex::encode(Sha256::digest(c))).collect(),
    })
}

fn plain(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(e) => reason(e),
        other => other.to_string(),
    }
}

/// Why a certificate is refused, in words: the library names the commonest causes by code only.
pub fn reason(error: &CertificateError) -> String {
    match error {
        CertificateError::UnknownIssuer => {
            "the chain does not lead to a trusted root: self-signed, of a private authority, or sent without its \
             intermediate certificates"
                .to_owned()
        }
        CertificateError::BadSignature => "a signature of the chain is wrong".to_owned(),
        other => other.to_string(),
    }
}

fn moment(seconds: i64) -> Option<Moment> {
    DateTime::from_timestamp(seconds, 0)
}

fn end_of(certificate: &CertificateDer<'_>) -> Option<Moment> {
    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    moment(parsed.validity().not_after.timestamp())
}

fn oid_name(oid: &Oid<'_>) -> String {
    oid2sn(oid, oid_registry()).map_or_else(|_| oid.to_id_string(), str::to_owned)
}

/// Kind and size of the key. Curves by object id: RFC 5480, 2.1.1.1; Edwards curves: RFC 8410, 3.
fn key(certificate: &X509Certificate<'_>) -> (String, Option<u32>) {
    let info = certificate.public_key();
    let kind = info.algorithm.algorithm.to_id_string();
    match kind.as_str() {
        "1.3.101.112" => return ("Ed25519".to_owned(), Some(256)),
        "1.3.101.113" => return ("Ed448".to_owned(), Some(456)),
        _ => {}
    }
    match info.parsed() {
        Ok(PublicKey::RSA(rsa)) => ("RSA".to_owned(), u32::try_from(rsa.key_size()).ok().filter(|n| *n > 0)),
        Ok(PublicKey::EC(_)) => {
            let curve = info.algorithm.parameters.as_ref().and_then(|p| p.as_oid().ok()).map(|o| o.to_id_string());
            let bits = match curve.as_deref() {
                Some("1.2.840.10045.3.1.7") => Some(256),
                Some("1.3.132.0.34") => Some(384),
                Some("1.3.132.0.35") => Some(521),
                _ => None,
            };
            ("EC".to_owned(), bits)
        }
        _ => (kind, None),
    }
}
