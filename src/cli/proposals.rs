//! Which mapping a run takes: what people approved, the built-in one, or proposals for their confidence.

use std::collections::BTreeSet;
use std::path::Path;

use super::inputs::Use;
use super::{Failure, exit, knowledge, memory};
use crate::catalogue::Catalogue;
use crate::mapping::{self, Applied, Change, Known, MappingFile, Memory, Project};
use crate::model::{Lang, Mapping, Proposal, Review, Sheet, Text};

/// File name of a project's mapping.
pub(super) const MAPPING: &str = "mapping.toml";

/// What a mapping may point at in this catalogue.
pub(super) fn known(catalogue: &Catalogue) -> Known {
    let of_checks = catalogue.checks.values().flat_map(|check| check.topics.iter().cloned());
    Known {
        topics: catalogue.topics.keys().cloned().chain(of_checks).collect(),
        checks: catalogue.checks.keys().cloned().collect(),
        any: false,
    }
}

/// A proposal for every item of the sheet, in its order.
pub(super) fn propose(sheet: &Sheet, catalogue: &Catalogue, memory: &Memory) -> Result<Vec<Proposal>, Failure> {
    let knowledge = knowledge::built_in(catalogue, memory.approved()).map_err(|e| Failure::new(exit::INTERNAL, e))?;
    Ok(memory.recall(sheet, mapping::propose(sheet, &knowledge), &known(catalogue)))
}

/// The mapping that decides a run.
pub(super) fn in_force(
    sheet: &Sheet,
    folder: &Path,
    project: &Project,
    catalogue: &Catalogue,
    take: Use,
) -> Result<Applied, Failure> {
    let path = folder.join(MAPPING);
    let has_file = path.is_file() && folder.join("kakunin.toml").is_file();
    let fresh = || propose(sheet, catalogue, &memory::load(memory::path(project, folder).as_deref())?);
    if has_file && take.reviewed {
        let file = MappingFile::load(&path, &known(catalogue)).map_err(|e| Failure::new(exit::DATA, e))?;
        let changed = file.places(sheet).iter().any(|place| place.change != Change::Same);
        let proposals = if changed && take.above.is_some() { fresh()? } else { Vec::new() };
        return Ok(file.apply(sheet, &proposals, take.above));
    }
    let mut warnings = Vec::new();
    if has_file {
        let sheet = project.sheet.as_deref().map(|sheet| sheet.display().to_string()).unwrap_or_default();
        warnings.push(Text::new(
            format!("--sheet はプロジェクトのシート({sheet})ではないため、mapping.toml の承認は使わず、内蔵の対応付けで判定しました"),
            format!("--sheet is not the project's own ({sheet}), so the built-in mapping decided, not what mapping.toml approves"),
        ));
    }
    let frameworks = mapping::builtin().map_err(|e| Failure::new(exit::INTERNAL, e))?;
    let mut mapping = mapping::map_sheet(sheet, &frameworks);
    if let Some(above) = take.above {
        let proposals = fresh()?;
        let ids = mapping.items.iter().flat_map(|item| &item.claims).map(|claim| claim.id.clone());
        let mut taken: BTreeSet<String> = ids.collect();
        for item in mapping.items.iter_mut().filter(|item| item.claims.is_empty()) {
            let proposal = proposals.iter().find(|proposal| proposal.item == item.item);
            if let Some(accepted) = proposal.and_then(|proposal| mapping::accepted(proposal, above, &mut taken)) {
                *item = accepted;
            }
        }
    }
    Ok(Applied { mapping, warnings })
}

/// Tells of items whose checks are left out because nobody has approved them yet.
pub(super) fn told_waiting(mapping: &Mapping, lang: Lang) {
    let waiting = mapping.items.iter().filter(|item| item.review == Review::Proposed).count();
    if waiting > 0 {
        match lang {
            Lang::Ja => eprintln!(
                "未確認の {waiting} 項目の検査は含まれません。kakunin review で承認するか、--accept-above 0 で提案も含めてください"
            ),
            Lang::En => eprintln!(
                "the checks of {waiting} items that wait for review are left out: approve them with `kakunin review`, or take \
                 what is proposed with --accept-above 0"
            ),
        }
    }
}
