//! What is seen by connecting from outside. No AWS operation, but observations like any other.

use super::{Absent, Attribute, Kind, OpScope, Operation, Service, Source, Type, attr, opt};

/// Fetching a cited page.
pub static GET_PAGE: Operation = Operation {
    service: "outside",
    name: "GetPage",
    cli: "curl -sS -o /dev/null -w '%{http_code} %{url_effective}\\n' -L {}",
    iam: &[],
    scope: OpScope::Global,
    with: &[],
    secret_keys: &[],
};

/// Handshakes with an endpoint.
pub static TLS_HANDSHAKE: Operation = Operation {
    service: "outside",
    name: "TlsHandshake",
    cli: "openssl s_client -connect {} </dev/null",
    iam: &[],
    scope: OpScope::Global,
    with: &[],
    secret_keys: &[],
};

/// Kind of a cited page; its id is the URL as the sheet writes it.
pub const PAGE_KIND: &str = "Kakunin::Outside::Page";
/// Kind of a TLS endpoint; its id is `host:port`.
pub const TLS_KIND: &str = "Kakunin::Outside::TlsEndpoint";

const fn page(name: &'static str, ty: Type) -> Attribute {
    attr(name, ty, &GET_PAGE)
}

const fn tls(name: &'static str, ty: Type) -> Attribute {
    attr(name, ty, &TLS_HANDSHAKE)
}

/// A page that the sheet cites.
pub static PAGE: Kind = Kind {
    name: PAGE_KIND,
    list: &GET_PAGE,
    tags: None,
    locate: "{id}",
    attributes: &[
        page("Url", Type::Str),
        page("Status", Type::Int),
        page("FinalUrl", Type::Str),
        page("Hops", Type::List),
        page("Https", Type::Bool),
        page("HostChanged", Type::Bool),
        opt("TlsError", Type::Str, &GET_PAGE),
        page("Sha256", Type::Str),
        opt("ContentLength", Type::Int, &GET_PAGE),
    ],
};

/// An endpoint that the user names.
pub static TLS_ENDPOINT: Kind = Kind {
    name: TLS_KIND,
    list: &TLS_HANDSHAKE,
    tags: None,
    locate: "{id}",
    attributes: &[
        tls("Host", Type::Str),
        tls("Port", Type::Int),
        tls("Protocols", Type::List),
        tls("ProtocolsUndecided", Type::List),
        tls("ChainValid", Type::Bool),
        tls("NameMatches", Type::Bool),
        opt("TrustError", Type::Str, &TLS_HANDSHAKE),
        tls("NotAfter", Type::Time),
        tls("DaysLeft", Type::Int),
        Attribute { name: "KeyAlgorithm", ty: Type::Str, source: Source::Op(&TLS_HANDSHAKE), absent: Absent::Null },
        opt("KeyBits", Type::Int, &TLS_HANDSHAKE),
        opt("RedirectsToHttps", Type::Bool, &TLS_HANDSHAKE),
        opt("HstsMaxAge", Type::Int, &TLS_HANDSHAKE),
    ],
};

/// What is seen by connecting.
pub static SERVICE: Service =
    Service { name: "outside", operations: &[&GET_PAGE, &TLS_HANDSHAKE], kinds: &[&PAGE, &TLS_ENDPOINT] };
