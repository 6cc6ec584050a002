//! In which language an answer is: `?lang=`, then the cookie that it left, then what the browser asks for.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use url::form_urlencoded;

use crate::model::Lang;

const COOKIE: &str = "kakunin-lang";

/// Chooses the language for what follows, and remembers one that was asked for.
pub(super) async fn choose(mut request: Request, next: Next) -> Response {
    let asked = request.uri().query().and_then(asked);
    let lang = asked.or_else(|| remembered(request.headers())).unwrap_or_else(|| preferred(request.headers()));
    request.extensions_mut().insert(lang);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("accept-language, cookie"));
    if let Some(lang) = asked {
        let cookie = format!("{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly", code(lang));
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
    response
}

/// `ja` or `en`, as HTML and URLs write it.
pub(super) fn code(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "ja",
        Lang::En => "en",
    }
}

fn of(code: &str) -> Option<Lang> {
    match code {
        "ja" => Some(Lang::Ja),
        "en" => Some(Lang::En),
        _ => None,
    }
}

fn asked(query: &str) -> Option<Lang> {
    form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "lang").and_then(|(_, value)| of(&value))
}

fn remembered(headers: &HeaderMap) -> Option<Lang> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|line| line.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE).then(|| of(value)).flatten()
    })
}

/// The first of our languages in the browser's order of preference; English where it names neither.
fn preferred(headers: &HeaderMap) -> Lang {
    let line = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut best: Option<(Lang, f32)> = None;
    for part in line.split(',') {
        let mut fields = part.split(';');
        let tag = fields.next().unwrap_or_default().trim().to_ascii_lowercase();
        let weight = fields.find_map(|field| field.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0_f32);
        let Some(lang) = of(tag.split('-').next().unwrap_or_default()) else { continue };
        if weight > 0.0 && best.is_none_or(|(_, so_far)| weight > so_far) {
            best = Some((lang, weight));
        }
    }
    best.map_or(Lang::En, |(lang, _)| lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_order_of_preference_counts() {
        let of = |line: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, line.parse().unwrap());
            preferred(&headers)
        };
        assert_eq!(of("ja,en-US;q=0.9,en;q=0.8"), Lang::Ja);
        assert_eq!(of("en-GB, ja;q=0.9"), Lang::En);
        assert_eq!(of("en;q=0.2, ja-JP;q=0.9"), Lang::Ja);
        assert_eq!(of("fr, ja;q=0.1"), Lang::Ja);
        assert_eq!(of("ja;q=0, fr"), Lang::En);
        assert_eq!(of("*"), Lang::En);
    }

    #[test]
    fn a_query_goes_before_a_cookie_and_nonsense_is_passed_over() {
        assert_eq!(asked("q=1&lang=en"), Some(Lang::En));
        assert_eq!(asked("lang=xx"), None);
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, "a=b; kakunin-lang=ja".parse().unwrap());
        assert_eq!(remembered(&headers), Some(Lang::Ja));
    }
}
