//! Weighs the evidence of one statement: which topics it speaks of, how surely, and why.

use super::{PUBLISHED_PAGE, past, rounded, said};
use crate::{
    mapping::{
        glossary::{Fired, Rule, Who},
        knowledge::{Approved, Knowledge},
        phrases::{Found, Line},
    },
    model::{By, MappedItem, Text},
};

/// What is left of a rule's weight where only the headings or the item's other statements complete it.
const HELPED: f64 = 0.88;
/// What is left where only the headings have its words.
const HEADING: f64 = 0.4;
/// How much a further rule of the same topic adds to what the first leaves open.
const FURTHER: f64 = 0.3;
/// The most that likeness to a known text gives on its own. Below `SURE`, so that it never proposes by itself.
const LIKENESS: f64 = 0.5;
/// How much likeness adds to what the words leave open.
const LIKENESS_HELPS: f64 = 0.3;
/// A coverage that counts as full: a paraphrase hardly goes above it.
const FULL_COVERAGE: f64 = 0.6;
/// A rule below this is a hint: it orders candidates.
const HINT: f64 = 0.55;
/// The most that hints come to, with whatever else is alike: below `LIKELY`.
const HINTS: f64 = 0.49;
/// How much an item of a known family counts, in a sheet that is none of the family.
const FAMILY: f64 = 0.45;
/// How many documents are looked at.
const LIKE: usize = 24;

/// Confidence from which a topic is proposed whatever else is near.
const SURE: f64 = 0.6;
/// Confidence from which it is proposed where the next is far behind.
const LIKELY: f64 = 0.5;
/// That distance.
const MARGIN: f64 = 0.15;
/// A topic this far behind the best is beside the point.
const BEHIND: f64 = 0.3;
/// No statement speaks of more.
const MOST: usize = 4;
/// Candidates kept to choose from.
const KEPT: usize = 8;
/// What is left of the topic of published pages where no page is cited.
const UNCITED: f64 = 0.5;
/// Below this a candidate is noise.
const NOISE: f64 = 0.03;

/// A topic that the statement may speak of.
#[derive(Debug, Clone)]
pub(super) struct Ranked {
    pub(super) topic: usize,
    pub(super) confidence: f64,
    pub(super) reason: Text,
    pub(super) proposed: bool,
}

/// What is said of people, rules or AWS.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) weight: f64,
    pub(super) what: Text,
    pub(super) quote: String,
}

/// All that is known of a statement.
#[derive(Debug, Clone, Default)]
pub(super) struct Weighed {
    /// Best first.
    pub(super) ranked: Vec<Ranked>,
    pub(super) organisational: Option<Told>,
    pub(super) inherited: Option<Told>,
    /// How much the statement is like one that only a person can state.
    pub(super) like_attested: f64,
    /// Who decides it, as approved before.
    pub(super) approved: Option<(By, Text)>,
    /// Folders of the AWS services that it names.
    pub(super) services: Vec<String>,
}

#[derive(Default)]
struct Signals<'a> {
    rules: Vec<(f64, &'a Rule, Fired)>,
    heading: Option<(f64, &'a Rule)>,
    likeness: f64,
    like: Option<&'a Text>,
    family: f64,
}

/// Weighs the statements of one item.
pub(super) struct Weigher<'a> {
    knowledge: &'a Knowledge,
    family: Option<&'a MappedItem>,
    /// Whether the item cites a page.
    cites: bool,
    same_as: std::cell::RefCell<Option<Text>>,
}

impl<'a> Weigher<'a> {
    pub(super) fn new(knowledge: &'a Knowledge, family: Option<&'a MappedItem>, cites: bool) -> Self {
        Self { knowledge, family, cites, same_as: std::cell::RefCell::new(None) }
    }

    /// What a person approved before that some statement is the same as.
    pub(super) fn same_as(&self) -> Option<Text> {
        self.same_as.borrow().clone()
    }

    pub(super) fn weigh(&self, text: &str, item: Option<&Line>, headings: &Found) -> Weighed {
        let line = Line::new(text);
        let glossary = &self.knowledge.glossary;
        let found = glossary.phrases.find(&line);
        let around = match item {
            Some(item) => headings.clone().or(glossary.phrases.find(item)),
            None => headings.clone(),
        };
        let mut signals: Vec<Signals> = self.knowledge.topics.iter().map(|_| Signals::default()).collect();
        self.words(&found, &around, &mut signals);
        let like_attested = self.likeness(text, line.is_latin(), &mut signals);
        self.of_family(&mut signals);
        let (organisational, o) = self.told(Who::Organisation, &line, &found, [headings, &around]);
        let (inherited, p) = self.told(Who::Provider, &line, &found, [headings, &around]);
        let left = (1.0 - o) * (1.0 - p);
        let mut ranked: Vec<Ranked> = signals
            .iter()
            .enumerate()
            .filter_map(|(topic, signals)| self.rank(topic, signals, left, &line, &found))
            .collect();
        sort(&mut ranked);
        propose(&mut ranked);
        let named = glossary.services.iter().filter(|service| found.any(&service.any));
        let services = named.flat_map(|service| service.ids.clone()).collect();
        let mut weighed = Weighed { ranked, organisational, inherited, like_attested, approved: None, services };
        if let Some(past) = past::find(&line, self.knowledge) {
            self.approve(&past.approved, past.confidence, &mut weighed);
        }
        weighed.ranked.truncate(KEPT);
        weighed
    }

    fn words(&self, found: &Found, around: &Found, signals: &mut [Signals<'a>]) {
        for rule in self.knowledge.glossary.led_to([found, around]) {
            let Some(fired) = rule.when.fires(found, around) else { continue };
            for (topic, weight) in &rule.means {
                let Some(signals) = signals.get_mut(*topic) else { continue };
                match fired {
                    Fired::Text => signals.rules.push((*weight, rule, fired)),
                    Fired::Helped => signals.rules.push((*weight * HELPED, rule, fired)),
                    Fired::Heading if signals.heading.is_none_or(|(best, _)| *weight * HEADING > best) => {
                        signals.heading = Some((*weight * HEADING, rule));
                    }
                    Fired::Heading => {}
                }
            }
        }
    }

    /// Likeness to what only a person can state is given back.
    fn likeness(&self, text: &str, latin: bool, signals: &mut [Signals<'a>]) -> f64 {
        let mut attested: f64 = 0.0;
        for like in self.knowledge.search.like(text, latin, LIKE) {
            let likeness = (like.coverage / FULL_COVERAGE).min(1.0);
            // A text of many topics tells less of each.
            let each = likeness / (like.document.topics.len().max(1) as f64).sqrt();
            if like.document.topics.is_empty() {
                attested = attested.max(likeness);
            }
            for topic in &like.document.topics {
                let Some(signals) = signals.get_mut(*topic) else { continue };
                if each > signals.likeness {
                    signals.likeness = each;
                    signals.like = Some(&like.document.label);
                }
            }
        }
        attested
    }

    fn of_family(&self, signals: &mut [Signals]) {
        let Some(mapped) = self.family else { return };
        let live = mapped.claims.iter().filter(|claim| claim.by != By::Inherited);
        let topics: Vec<usize> = live.flat_map(|claim| &claim.see).filter_map(|id| self.knowledge.topic(id)).collect();
        let each = FAMILY / (topics.len().max(1) as f64).sqrt();
        for topic in topics {
            if let Some(signals) = signals.get_mut(topic) {
                signals.family = mapped.confidence * each;
            }
        }
    }

    fn rank(&self, topic: usize, signals: &Signals, left: f64, line: &Line, found: &Found) -> Option<Ranked> {
        let known = self.knowledge.topics.get(topic)?;
        let mut rules = signals.rules.clone();
        rules.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut open = 1.0;
        for (at, (weight, ..)) in rules.iter().enumerate() {
            open *= 1.0 - weight * if at == 0 { 1.0 } else { FURTHER };
        }
        let heading = signals.heading.map_or(0.0, |(weight, _)| weight);
        // Without an address there is no page to look at.
        let left = if known.id == PUBLISHED_PAGE && !self.cites { left * UNCITED } else { left };
        let said = 1.0 - open * (1.0 - heading);
        let likeness = signals.likeness * if said > 0.0 { LIKENESS_HELPS } else { LIKENESS };
        let said = if rules.first().is_some_and(|(weight, ..)| *weight >= HINT) {
            1.0 - (1.0 - said) * (1.0 - likeness)
        } else {
            (1.0 - (1.0 - said) * (1.0 - likeness)).min(HINTS)
        };
        let confidence = (1.0 - (1.0 - said) * (1.0 - signals.family)) * left;
        if confidence < NOISE {
            return None;
        }
        let reason = match (rules.first(), signals.heading, signals.like) {
            (Some((_, rule, _)), ..) => said::means(&self.quotes(rule, line, found), known, false),
            (None, Some((_, rule)), _) => said::means(&self.phrases(rule), known, true),
            (None, None, Some(label)) => said::like(label, known),
            (None, None, None) => said::unclear(Some(known)),
        };
        Some(Ranked { topic, confidence: rounded(confidence.min(0.99)), reason, proposed: false })
    }

    fn quotes(&self, rule: &Rule, line: &Line, found: &Found) -> Vec<String> {
        let groups = std::iter::once(&rule.when.any).chain(&rule.when.with);
        let mut quotes: Vec<String> = Vec::new();
        for quote in groups.filter_map(|group| found.first(group, line)) {
            if !quotes.iter().any(|other| other.contains(quote)) {
                quotes.retain(|other| !quote.contains(other.as_str()));
                quotes.push(quote.to_owned());
            }
        }
        quotes
    }

    /// The rule's own first phrase: what stands in a heading is not quoted.
    fn phrases(&self, rule: &Rule) -> Vec<String> {
        let words = [&rule.words.ja, &rule.words.en];
        let first = words.iter().find_map(|words| words.split(['、', ',']).next().filter(|word| !word.is_empty()));
        first.map(|word| vec![word.trim().to_owned()]).unwrap_or_default()
    }

    /// What is said of people or of AWS, and how much it takes from every topic.
    ///
    /// The item's other statements complete what this one says (`…, and reviewed every year`), and say nothing in its
    /// stead: beside a rule that is set, something may well be done.
    fn told(&self, who: Who, line: &Line, found: &Found, [headings, around]: [&Found; 2]) -> (Option<Told>, f64) {
        let (mut told, mut left): (Option<Told>, f64) = (None, 1.0);
        for other in self.knowledge.glossary.others.iter().filter(|other| other.who == who) {
            let completed = other.when.fires(found, around).filter(|fired| *fired >= Fired::Helped);
            let factor = match other.when.fires(found, headings).max(completed) {
                Some(Fired::Text) => 1.0,
                Some(Fired::Helped) => HELPED,
                Some(Fired::Heading) => HEADING,
                None => continue,
            };
            left *= 1.0 - other.damps * factor;
            let weight = other.weight * factor;
            if told.as_ref().is_none_or(|best| weight > best.weight) {
                let quote = found.first(&other.when.any, line).unwrap_or(&other.what.ja).to_owned();
                told = Some(Told { weight, what: other.what.clone(), quote });
            }
        }
        (told, 1.0 - left)
    }

    fn approve(&self, past: &[&Approved], confidence: f64, weighed: &mut Weighed) {
        let Some(first) = past.first() else { return };
        let reason = said::same(&first.label);
        for ranked in &mut weighed.ranked {
            ranked.proposed = false;
        }
        for id in past.iter().flat_map(|approved| &approved.topics) {
            let Some(topic) = self.knowledge.topic(id) else { continue };
            weighed.ranked.retain(|ranked| ranked.topic != topic);
            weighed.ranked.push(Ranked {
                topic,
                confidence: rounded(confidence),
                reason: reason.clone(),
                proposed: true,
            });
        }
        sort(&mut weighed.ranked);
        weighed.ranked.sort_by_key(|ranked| !ranked.proposed);
        weighed.approved = Some((first.by, reason.clone()));
        self.same_as.borrow_mut().get_or_insert(first.label.clone());
    }
}

fn sort(ranked: &mut [Ranked]) {
    ranked.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then(a.topic.cmp(&b.topic)));
}

/// Marks what is proposed: what is sure, or likely and clearly ahead. Two readings that are as likely are left to a
/// person.
fn propose(ranked: &mut [Ranked]) {
    let best = ranked.first().map_or(0.0, |first| first.confidence);
    let near = |confidence: f64| confidence >= best - BEHIND;
    let mut confidences = ranked.iter().map(|ranked| ranked.confidence).collect::<Vec<_>>().into_iter().skip(1);
    for ranked in ranked.iter_mut().take(MOST) {
        let next = confidences.next().unwrap_or(0.0);
        let sure = ranked.confidence >= SURE && near(ranked.confidence);
        let ahead = ranked.confidence >= LIKELY && ranked.confidence - next >= MARGIN;
        let likely = ahead && near(ranked.confidence);
        if !sure && !likely {
            break;
        }
        ranked.proposed = true;
    }
}
