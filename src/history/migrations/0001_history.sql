-- What SQLite and PostgreSQL both take: times are BIGINT milliseconds since 1970 (UTC), JSON is TEXT, bytes are BYTEA.
-- A part or a verdict holds from run `first` up to, and without, run `gone`; 9223372036854775807 while it still holds.

CREATE TABLE sheets (
    id   BIGINT NOT NULL PRIMARY KEY,
    name TEXT   NOT NULL UNIQUE,
    -- Position of the last run. Taking the next one by comparing with this is what orders commits.
    last BIGINT NOT NULL
);

CREATE TABLE runs (
    sheet       BIGINT NOT NULL REFERENCES sheets (id),
    seq         BIGINT NOT NULL,
    id          TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    clock       BIGINT NOT NULL,
    started     BIGINT NOT NULL,
    finished    BIGINT NOT NULL,
    snapshot    TEXT   NOT NULL,
    api_calls   BIGINT NOT NULL,
    findings    BIGINT NOT NULL,
    transitions BIGINT NOT NULL,
    summary     TEXT   NOT NULL,
    -- What of the report is new with every run.
    head        BYTEA  NOT NULL,
    PRIMARY KEY (sheet, seq)
);
CREATE INDEX runs_snapshot ON runs (snapshot);

-- Findings, items and evidence: kinds 1, 2 and 3. A run in which nothing changed adds no row.
CREATE TABLE parts (
    sheet  BIGINT NOT NULL REFERENCES sheets (id),
    kind   BIGINT NOT NULL,
    part   BYTEA  NOT NULL,
    first  BIGINT NOT NULL,
    gone   BIGINT NOT NULL,
    -- The check of a finding, the id of an item, the place of evidence.
    label  TEXT   NOT NULL,
    digest BYTEA  NOT NULL,
    body   BYTEA  NOT NULL,
    PRIMARY KEY (sheet, kind, part, first)
);
CREATE INDEX parts_gone ON parts (sheet, kind, gone);
CREATE INDEX parts_label ON parts (sheet, kind, label, gone);

CREATE TABLE verdicts (
    sheet   BIGINT NOT NULL REFERENCES sheets (id),
    item    TEXT   NOT NULL,
    -- Empty for the item itself.
    claim   TEXT   NOT NULL,
    first   BIGINT NOT NULL,
    gone    BIGINT NOT NULL,
    verdict TEXT   NOT NULL,
    -- Clocks of its first and, once it is over, its last run: they outlive the runs themselves.
    since   BIGINT NOT NULL,
    ended   BIGINT,
    PRIMARY KEY (sheet, item, claim, first)
);
CREATE INDEX verdicts_gone ON verdicts (sheet, gone);

CREATE TABLE transitions (
    sheet BIGINT NOT NULL REFERENCES sheets (id),
    seq   BIGINT NOT NULL,
    place BIGINT NOT NULL,
    id    TEXT   NOT NULL,
    item  TEXT,
    body  TEXT   NOT NULL,
    PRIMARY KEY (sheet, seq, place),
    UNIQUE (sheet, seq, id)
);
CREATE INDEX transitions_item ON transitions (sheet, item, seq);

CREATE TABLE told_items (
    sheet BIGINT NOT NULL REFERENCES sheets (id),
    item  TEXT   NOT NULL,
    told  BIGINT NOT NULL,
    PRIMARY KEY (sheet, item)
);

CREATE TABLE told_dates (
    sheet   BIGINT NOT NULL REFERENCES sheets (id),
    subject TEXT   NOT NULL,
    PRIMARY KEY (sheet, subject)
);

CREATE TABLE letters (
    id       TEXT   NOT NULL PRIMARY KEY,
    -- A name, not an id: tests of channels may speak of a sheet without runs. `seq` is 0 where no run belongs to it.
    sheet    TEXT   NOT NULL,
    seq      BIGINT NOT NULL,
    channel  TEXT   NOT NULL,
    state    TEXT   NOT NULL,
    due      BIGINT NOT NULL,
    leased   BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    error    TEXT,
    created  BIGINT NOT NULL,
    ended    BIGINT,
    message  TEXT   NOT NULL
);
CREATE INDEX letters_state ON letters (state, due);
CREATE INDEX letters_sheet ON letters (sheet, created);

CREATE TABLE notes (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
