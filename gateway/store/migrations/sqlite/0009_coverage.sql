-- What officials have imported to measure coverage: the municipalities that have local police, and the official
-- inhabitants. A list is always read whole and replaced whole, so it is kept as it was read, one line a municipality; the
-- newest of each kind counts, and earlier ones stay.
create table coverage_lists (
    kind text not null,
    imported_at integer not null,
    imported_by text not null,
    digest text not null,
    year integer,
    lines text not null,
    primary key (kind, imported_at)
) strict, without rowid;

-- The page of an organism asks for its files.
create index dossiers_by_organism on dossiers (organism);
