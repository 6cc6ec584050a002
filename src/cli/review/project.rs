//! A project under review: its sheet, its mapping.toml, and what is proposed; decisions are saved as they are made.

use std::path::{Path, PathBuf};

use chrono::{SubsecRound, Utc};

use crate::catalogue::Catalogue;
use crate::cli::proposals::{self, MAPPING};
use crate::cli::{Failure, exit, inputs, memory};
use crate::mapping::{self, Change, Decision, Entry, Known, MappingFile, Remembered};
use crate::model::{Item, Lang, Proposal, Review, Sheet};
use crate::sheet;
use crate::snapshot::write_whole;

/// A project under review.
pub(super) struct Project {
    pub sheet: Sheet,
    pub catalogue: Catalogue,
    pub file: MappingFile,
    /// One per item, in the sheet's order.
    pub proposals: Vec<Proposal>,
    /// Where mapping.toml is.
    pub path: PathBuf,
    /// Whether mapping.toml is there already: a first decision makes it.
    pub has_file: bool,
    known: Known,
    memory: Option<PathBuf>,
    /// What `file` holds and the disk does not: items that came with the sheet.
    pub unsaved: bool,
    /// Old and new ids of items that only got another number.
    pub renumbered: Vec<(String, String)>,
}

impl Project {
    /// Reads a project. `propose` asks for proposals for every item; without it there are only those that a new entry
    /// needs.
    pub(super) fn open(folder: &Path, propose: bool, lang: Lang) -> Result<Self, Failure> {
        let settings = inputs::project(folder)?;
        let memory = memory::path(&settings, folder);
        Self::open_with(folder, &settings, memory, propose, lang)
    }

    /// The same, with the memory in a file that is given.
    pub(super) fn open_with(
        folder: &Path,
        settings: &mapping::Project,
        memory_path: Option<PathBuf>,
        propose: bool,
        lang: Lang,
    ) -> Result<Self, Failure> {
        let Some(path) = &settings.sheet else {
            return Err(Failure::usage(format!(
                "{}: expected a project with `sheet = \"…\"` in kakunin.toml, found none; make one with `kakunin init SHEET`",
                folder.display()
            )));
        };
        let sheet_path = folder.join(path);
        let sheet = sheet::read_corrected(&sheet_path, &settings.layout).map_err(Failure::data)?;
        let catalogue = inputs::catalogue(folder)?;
        let known = proposals::known(&catalogue);
        let proposals = || proposals::propose(&sheet, &catalogue, &memory::load(memory_path.as_deref())?);
        let path = folder.join(MAPPING);
        let has_file = path.is_file();
        let (before, proposals) = if has_file {
            let file = MappingFile::load(&path, &known);
            let knows_all = |file: &MappingFile| file.places(&sheet).iter().all(|place| place.change != Change::New);
            let needed = propose || !file.as_ref().is_ok_and(knows_all);
            (file, if needed { proposals()? } else { Vec::new() })
        } else {
            let proposals = proposals()?;
            let text = mapping::file_text(&sheet, &proposals, &|_| Review::Proposed, lang);
            (MappingFile::parse(&path.display().to_string(), &text, &known), proposals)
        };
        let before = before.map_err(|e| Failure::new(exit::DATA, e))?;
        let renumbered = before.renumbering(&sheet).into_iter().collect();
        let file = before.with_items_of(&sheet, &proposals, lang, &known).map_err(edit)?;
        let unsaved = file.text() != before.text();
        Ok(Self { sheet, catalogue, file, proposals, path, has_file, known, memory: memory_path, unsaved, renumbered })
    }

    /// The items with their entries, in the sheet's order.
    pub(super) fn items(&self) -> Vec<(&Item, &Entry, Change)> {
        let places = self.file.places(&self.sheet);
        places
            .into_iter()
            .filter_map(|place| Some((place.item, self.file.entry(&place.item.id)?, place.change)))
            .collect()
    }

    pub(super) fn item(&self, id: &str) -> Option<(&Item, &Entry, Change)> {
        self.items().into_iter().find(|(item, ..)| item.id == id)
    }

    pub(super) fn proposal(&self, id: &str) -> Option<&Proposal> {
        self.proposals.iter().find(|proposal| proposal.item == id)
    }

    /// Whether nobody has decided of it, as it is now.
    pub(super) fn open_items(&self) -> Vec<String> {
        let open = |(item, entry, change): (&Item, &Entry, Change)| {
            (change != Change::Same || entry.review == Review::Proposed).then(|| item.id.clone())
        };
        self.items().into_iter().filter_map(open).collect()
    }

    /// Writes decisions of `who` down, all at once: to mapping.toml, then to the memory.
    pub(super) fn decide(&mut self, decisions: &[(String, Decision)], who: &str) -> Result<(), Failure> {
        let when = Utc::now().trunc_subsecs(0);
        let items: Vec<(&Item, &Decision)> = decisions
            .iter()
            .map(|(id, decision)| {
                let item = self.sheet.items.iter().find(|item| item.id == *id);
                item.map(|item| (item, decision)).ok_or_else(|| self.no_item(id))
            })
            .collect::<Result<_, _>>()?;
        let file = self.file.decide_all(&items, who, when, &self.known).map_err(edit)?;
        write_whole(&self.path, file.text().as_bytes()).map_err(|error| {
            let path = self.path.display();
            Failure::new(exit::DATA, miette::miette!("{path}: expected a file that can be written: {error}"))
        })?;
        (self.file, self.has_file, self.unsaved) = (file, true, false);
        self.remember(decisions)
    }

    fn remember(&self, decisions: &[(String, Decision)]) -> Result<(), Failure> {
        let Some(path) = &self.memory else { return Ok(()) };
        let remembered = decisions.iter().filter_map(|(id, _)| {
            let entry = self.file.entry(id)?;
            let (who, when, rejected) = match &entry.review {
                Review::Approved { who, when } => (who.clone(), *when, false),
                Review::Rejected { who, when } => (who.clone(), *when, true),
                _ => return None,
            };
            Some(Remembered {
                text: entry.text.clone(),
                sheet: self.sheet.name.clone(),
                item: id.clone(),
                framework_item: entry.framework_item.clone(),
                rejected,
                who,
                when,
                claims: if rejected { Vec::new() } else { entry.claims.clone() },
            })
        });
        // The decision itself is saved: not remembering it for other sheets is told and stops nothing.
        if let Err(failure) = memory::remember(path, remembered.collect()) {
            eprintln!("{:?}", failure.report);
        }
        Ok(())
    }

    pub(super) fn no_item(&self, id: &str) -> Failure {
        let near = self.sheet.items.iter().map(|item| (strsim::jaro_winkler(id, &item.id), item.id.as_str()));
        let near = near.filter(|(like, _)| *like > 0.7).max_by(|a, b| a.0.total_cmp(&b.0));
        let hint =
            near.map_or("`kakunin review --list` names them".to_owned(), |(_, id)| format!("did you mean {id}?"));
        Failure::usage(format!("expected an item of the sheet, found {id:?}; {hint}"))
    }
}

fn edit(error: mapping::EditError) -> Failure {
    Failure::new(exit::DATA, error)
}
