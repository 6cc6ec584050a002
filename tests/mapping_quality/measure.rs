//! The measures of a mapping.

use std::fmt;

use kakunin::model::{Item, Nature, Proposal};
use sha2::{Digest, Sha256};

/// What a published mapping says of an item.
pub struct Expected {
    pub id: String,
    pub lang: String,
    /// One list per concept; any topic of it will do.
    pub any_of: Vec<Vec<String>>,
    pub acceptable: Vec<String>,
}

impl Expected {
    pub fn fits(&self, topic: &str) -> bool {
        self.any_of.iter().flatten().chain(&self.acceptable).any(|known| known == topic)
    }
}

/// The half of the data that an item is in, by a digest of its source and id: nobody chooses.
pub fn half(source: &str, id: &str) -> &'static str {
    let digest = Sha256::digest(format!("{source}\0{id}"));
    if digest[0] % 2 == 0 { "tune" } else { "report" }
}

/// Topics of an item, best first, with whether they are proposed. What AWS's side rests on is none of them.
pub fn topics(proposal: &Proposal) -> Vec<(&str, f64, bool)> {
    let mut all: Vec<(&str, f64, bool)> = Vec::new();
    for claim in &proposal.claims {
        for candidate in &claim.topics {
            if claim.nature == Nature::Inherited && candidate.proposed {
                continue;
            }
            let new = (candidate.topic.as_str(), candidate.confidence, candidate.proposed);
            match all.iter_mut().find(|(topic, ..)| *topic == new.0) {
                Some(known) if (known.2, known.1) < (new.2, new.1) => *known = new,
                Some(_) => {}
                None => all.push(new),
            }
        }
    }
    all.sort_by(|a, b| b.2.cmp(&a.2).then(b.1.total_cmp(&a.1)));
    all
}

#[derive(Default)]
pub struct Measures {
    pub items: usize,
    pub concepts: usize,
    pub hit_at_5: usize,
    pub hit_proposed: usize,
    pub proposed: usize,
    pub right: usize,
    pub empty: usize,
    pub over: usize,
}

impl Measures {
    pub fn of(
        expected: &[Expected],
        items: &[Item],
        proposals: &[Proposal],
        wanted: impl Fn(&Expected) -> bool,
        show: bool,
    ) -> Self {
        let mut measures = Self::default();
        for ((row, item), proposal) in expected.iter().zip(items).zip(proposals).filter(|((row, _), _)| wanted(row)) {
            measures.add(row, item, proposal, show);
        }
        measures
    }

    fn add(&mut self, row: &Expected, item: &Item, proposal: &Proposal, show: bool) {
        let topics = topics(proposal);
        let proposed: Vec<&str> = topics.iter().filter(|(.., proposed)| *proposed).map(|(topic, ..)| *topic).collect();
        let best: Vec<&str> = topics.iter().take(5).map(|(topic, ..)| *topic).collect();
        let hit = |among: &[&str]| {
            row.any_of.iter().filter(|list| among.iter().any(|topic| list.iter().any(|t| t == topic))).count()
        };
        let (at_5, by_proposed) = (hit(&best), hit(&proposed));
        let right = proposed.iter().filter(|topic| row.fits(topic)).count();
        let empty = row.any_of.is_empty() && row.acceptable.is_empty();
        let over = empty && !proposed.is_empty();
        self.items += 1;
        self.concepts += row.any_of.len();
        self.hit_at_5 += at_5;
        self.hit_proposed += by_proposed;
        self.proposed += proposed.len();
        self.right += right;
        self.empty += usize::from(empty);
        self.over += usize::from(over);
        if show && (at_5 < row.any_of.len() || by_proposed < row.any_of.len() || right < proposed.len() || over) {
            let best: Vec<String> = topics
                .iter()
                .take(6)
                .map(|(topic, confidence, proposed)| {
                    format!("{topic} {confidence}{}", if *proposed { "*" } else { "" })
                })
                .collect();
            println!(
                "{}{}{} {} [{}] {}\n    want {:?} ok {:?}\n    got  {:?} {}\n    why  {}",
                if at_5 < row.any_of.len() { "@" } else { " " },
                if by_proposed < row.any_of.len() { "R" } else { " " },
                if over {
                    "O"
                } else if right < proposed.len() {
                    "P"
                } else {
                    " "
                },
                row.id,
                item.section.join("/"),
                item.text,
                row.any_of,
                row.acceptable,
                proposal.nature,
                best.join(", "),
                proposal.reason.en
            );
        }
    }

    pub fn recall_at_5(&self) -> f64 {
        ratio(self.hit_at_5, self.concepts, 1.0)
    }

    pub fn recall(&self) -> f64 {
        ratio(self.hit_proposed, self.concepts, 1.0)
    }

    pub fn precision(&self) -> f64 {
        ratio(self.right, self.proposed, 1.0)
    }

    pub fn over_mapping(&self) -> f64 {
        ratio(self.over, self.empty, 0.0)
    }
}

fn ratio(part: usize, whole: usize, none: f64) -> f64 {
    if whole == 0 { none } else { part as f64 / whole as f64 }
}

impl fmt::Display for Measures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} items, recall@5 {:.3} ({}/{}), recall {:.3} ({}/{}), precision {:.3} ({}/{}), over-mapping {:.3} ({}/{})",
            self.items,
            self.recall_at_5(),
            self.hit_at_5,
            self.concepts,
            self.recall(),
            self.hit_proposed,
            self.concepts,
            self.precision(),
            self.right,
            self.proposed,
            self.over_mapping(),
            self.over,
            self.empty
        )
    }
}
