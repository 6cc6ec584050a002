//! How long it takes to read a sheet, to map it, and to decide it over a snapshot: `cargo bench --no-default-features`.

use std::path::PathBuf;

use criterion::{Criterion, criterion_group, criterion_main};
use kakunin::catalogue::Catalogue;
use kakunin::mapping::{self, CheckText, Knowledge, Project, TopicText};
use kakunin::model::Sheet;
use kakunin::pipeline::Inputs;
use kakunin::snapshot::Sealed;

fn demo() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("reports/demo")
}

fn inputs() -> Option<Inputs> {
    let project = Project::load(&demo().join("kakunin.toml")).ok()?;
    let sheet = kakunin::sheet::read(&demo().join("sample-sheet.txt")).ok()?;
    let mapping = mapping::map_sheet(&sheet, &mapping::builtin().ok()?);
    Some(Inputs {
        sheet,
        mapping,
        catalogue: Catalogue::built_in().ok()?,
        params: project.params,
        attestations: Vec::new(),
        waivers: Vec::new(),
        scope: project.scope,
        endpoints: Vec::new(),
        warnings: Vec::new(),
    })
}

/// The catalogue's topics as the mapping wants them.
fn topics(catalogue: &Catalogue) -> Vec<TopicText> {
    let text = |check: &kakunin::catalogue::Check| CheckText {
        id: check.id.clone(),
        title: check.title.clone(),
        why: check.why.clone(),
    };
    let topic = |topic: &kakunin::catalogue::Topic| TopicText {
        id: topic.id.clone(),
        title: topic.title.clone(),
        checks: catalogue.of_topic(&topic.id).map(text).collect(),
    };
    catalogue.topics.values().map(topic).collect()
}

/// Items over and over, each with a number of its own and a little other text.
fn of_500(sheet: &Sheet) -> Sheet {
    let items = (0..500).zip(sheet.items.iter().cycle()).map(|(at, item)| kakunin::model::Item {
        id: format!("{at}"),
        text: format!("{} ({at})", item.text),
        ..item.clone()
    });
    Sheet { items: items.collect(), ..sheet.clone() }
}

fn decide(c: &mut Criterion) {
    let Some(inputs) = inputs() else { return };
    let Ok(sealed) = Sealed::read(&demo().join("snapshot.kakunin")) else { return };
    let Ok(frameworks) = mapping::builtin() else { return };
    c.bench_function("map the sample sheet", |b| b.iter(|| mapping::map_sheet(&inputs.sheet, &frameworks)));
    let topics = topics(&inputs.catalogue);
    let glossary = || mapping::Glossary::builtin().ok();
    c.bench_function("make the mapping's knowledge ready", |b| {
        b.iter(|| glossary().map(|glossary| Knowledge::new(&frameworks, glossary, &topics, Vec::new())));
    });
    if let Some(glossary) = glossary() {
        let knowledge = Knowledge::new(&frameworks, glossary, &topics, Vec::new());
        let sheet = of_500(&inputs.sheet);
        c.bench_function("propose for a sheet of 500 items", |b| b.iter(|| mapping::propose(&sheet, &knowledge)));
    }
    c.bench_function("load the catalogue", |b| b.iter(Catalogue::built_in));
    c.bench_function("decide the sample sheet", |b| b.iter(|| inputs.decide(&sealed, sealed.snapshot.clock)));
}

criterion_group!(benches, decide);
criterion_main!(benches);
