//! `/letters`: the outbox: what is on its way to people, what arrived, what was given up.

use askama::Template;
use axum::response::Response;

use super::parts::At;
use super::shell::{Link, Place, Shell};
use super::{Ctx, href};
use crate::history::LetterFilter;
use crate::model::{LetterState, Text};
use crate::report::labels;
use crate::web::error::Fault;
use crate::web::words;

/// Letters shown.
const SHOWN: u32 = 200;

#[derive(Template)]
#[template(path = "web/letters.html")]
struct Page {
    shell: Shell,
    states: Vec<Link>,
    letters: Vec<Row>,
}

struct Row {
    id: String,
    state: &'static str,
    class: &'static str,
    channel: String,
    purpose: &'static str,
    sheet: Link,
    changes: usize,
    created: At,
    /// When it is tried next; none where it is at its end.
    due: Option<At>,
    ended: Option<At>,
    attempts: u32,
    error: String,
}

pub(super) async fn page(ctx: Ctx) -> Response {
    ctx.answer(show(&ctx).await)
}

/// A state by its label.
pub(in crate::web) fn state(label: &str) -> Option<LetterState> {
    [LetterState::Waiting, LetterState::Delivered, LetterState::Dead].into_iter().find(|state| state.label() == label)
}

async fn show(ctx: &Ctx) -> Result<Page, Fault> {
    let wanted = match ctx.param("state") {
        None => None,
        Some(label) => Some(state(label).ok_or_else(|| {
            Fault::Bad(Text::new(
                format!("{label} という状態はありません。"),
                format!("Expected waiting, delivered or dead as state, found {label}."),
            ))
        })?),
    };
    let sheet = ctx.param("sheet").map(str::to_owned);
    let of = |state| LetterFilter { sheet: sheet.clone(), state, limit: SHOWN };
    let mut letters = ctx.web.history.letters(of(wanted)).await?;
    if wanted.is_none() {
        // What was given up is never pushed out of sight by what arrived since.
        let dead = ctx.web.history.letters(of(Some(LetterState::Dead))).await?;
        letters.retain(|letter| letter.state != LetterState::Dead);
        letters.splice(0..0, dead);
    }
    let choice = |state: Option<LetterState>| Link {
        href: ctx.here(&[("state", state.map_or("", LetterState::label))]),
        text: state.map_or(words::ALL, words::letter_state).get(ctx.lang).to_owned(),
        current: state == wanted,
    };
    let states = [None, Some(LetterState::Dead), Some(LetterState::Waiting), Some(LetterState::Delivered)];
    let rows = letters
        .into_iter()
        .map(|letter| Row {
            state: words::letter_state(letter.state).get(ctx.lang),
            class: match letter.state {
                LetterState::Waiting => "inconclusive",
                LetterState::Delivered => "pass",
                LetterState::Dead => "fail",
            },
            purpose: words::purpose(letter.message.purpose).get(ctx.lang),
            sheet: Link {
                href: href(&["sheets", &letter.message.sheet]),
                text: letter.message.sheet.clone(),
                current: false,
            },
            changes: letter.message.transitions.len(),
            created: At(letter.created),
            due: (letter.state == LetterState::Waiting).then_some(At(letter.due)),
            ended: letter.ended.map(At),
            attempts: letter.attempts,
            error: letter.error.unwrap_or_default(),
            channel: letter.channel,
            id: letter.id,
        })
        .collect();
    Ok(Page {
        shell: ctx.shell(words::LETTERS.get(ctx.lang), Place::Letters),
        states: states.map(choice).into(),
        letters: rows,
    })
}
