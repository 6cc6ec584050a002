//! Which language the user's locale asks for.

use crate::model::Lang;

/// By `LC_ALL`, `LC_MESSAGES`, `LANG`, in POSIX's order; English where none says Japanese.
pub(super) fn lang() -> Lang {
    let set =
        ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    if set.is_some_and(|locale| locale.starts_with("ja")) { Lang::Ja } else { Lang::En }
}
