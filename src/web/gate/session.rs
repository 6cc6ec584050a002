//! Sessions: a cookie that only this program can read and write, and nothing kept here.

use axum::http::HeaderMap;
use axum_extra::extract::PrivateCookieJar;
use axum_extra::extract::cookie::{Cookie, Key, SameSite};
use chrono::Utc;
use hmac::{Hmac, KeyInit, Mac};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::Sha512;

const COOKIE: &str = "kakunin-session";
/// A working day: hours that a session lasts.
const HOURS: i64 = 8;

/// Makes and reads sessions.
pub(super) struct Sessions {
    key: Key,
}

#[derive(Serialize, Deserialize)]
struct Session {
    who: Option<String>,
    /// Seconds since 1970.
    until: i64,
}

impl Sessions {
    /// Sessions whose key comes of a secret: they outlast a restart, and end when the secret is changed.
    pub(super) fn new(purpose: &str, secret: &str) -> Option<Self> {
        // HMAC takes keys of any length; 64 bytes come out, which is what the cookie's key wants.
        let mut mac = Hmac::<Sha512>::new_from_slice(secret.as_bytes()).ok()?;
        mac.update(b"kakunin web session 1\0");
        mac.update(purpose.as_bytes());
        Some(Self { key: Key::from(&mac.finalize().into_bytes()) })
    }

    /// Who has a session that is in date.
    pub(super) fn who(&self, headers: &HeaderMap) -> Option<Option<String>> {
        let session: Session = self.read(headers, COOKIE)?;
        (session.until > Utc::now().timestamp()).then_some(session.who)
    }

    /// Begins a session.
    pub(super) fn begin(&self, headers: &HeaderMap, who: Option<String>, secure: bool) -> PrivateCookieJar {
        let until = Utc::now().timestamp() + HOURS * 3600;
        self.write(headers, COOKIE, &Session { who, until }, secure)
    }

    /// Ends it.
    pub(super) fn end(&self, headers: &HeaderMap) -> PrivateCookieJar {
        self.clear(self.jar(headers), COOKIE)
    }

    /// What a cookie of ours holds; none where there is none, or it is not ours.
    pub(super) fn read<T: DeserializeOwned>(&self, headers: &HeaderMap, name: &str) -> Option<T> {
        serde_json::from_str(self.jar(headers).get(name)?.value()).ok()
    }

    /// A cookie that holds a value until the browser closes; how long it counts is in the value.
    pub(super) fn write<T: Serialize>(
        &self,
        headers: &HeaderMap,
        name: &'static str,
        value: &T,
        secure: bool,
    ) -> PrivateCookieJar {
        let jar = self.jar(headers);
        let Ok(value) = serde_json::to_string(value) else { return jar };
        jar.add(Cookie::build((name, value)).path("/").http_only(true).secure(secure).same_site(SameSite::Lax).build())
    }

    /// Takes a cookie away.
    pub(super) fn clear(&self, jar: PrivateCookieJar, name: &'static str) -> PrivateCookieJar {
        jar.remove(Cookie::build((name, "")).path("/").build())
    }

    fn jar(&self, headers: &HeaderMap) -> PrivateCookieJar {
        PrivateCookieJar::from_headers(headers, self.key.clone())
    }
}
