//! How long it takes to read a sheet, to map it, and to decide it over a snapshot: `cargo bench --no-default-features`.

use std::path::PathBuf;

use criterion::{Criterion, criterion_group, criterion_main};
use kakunin::catalogue::Catalogue;
use kakunin::mapping::{self, Project};
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

fn decide(c: &mut Criterion) {
    let Some(inputs) = inputs() else { return };
    let Ok(sealed) = Sealed::read(&demo().join("snapshot.kakunin")) else { return };
    let Ok(frameworks) = mapping::builtin() else { return };
    c.bench_function("map the sample sheet", |b| b.iter(|| mapping::map_sheet(&inputs.sheet, &frameworks)));
    c.bench_function("load the catalogue", |b| b.iter(Catalogue::built_in));
    c.bench_function("decide the sample sheet", |b| b.iter(|| inputs.decide(&sealed, sealed.snapshot.clock)));
}

criterion_group!(benches, decide);
criterion_main!(benches);
