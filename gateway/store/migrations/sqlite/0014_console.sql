-- What the board of adhesions sifts, counts and orders by, beside the summary of each file and written in the same
-- transaction as its entries. What is here already is of layout 0: the program folds its entries when it migrates, and
-- nothing is guessed.
alter table dossiers add column layout integer not null default 0;
alter table dossiers add column listed integer not null default 0;
alter table dossiers add column stage integer not null default 0;
alter table dossiers add column since_at integer not null default 0;
alter table dossiers add column lapses_on text;
alter table dossiers add column warns_from text;
alter table dossiers add column searched text not null default '';

-- Which provinces a territory touches; 0 stands for all of them.
create table dossier_places (
    dossier text not null references dossiers (id),
    community integer not null,
    province integer not null,
    primary key (dossier, community, province)
) strict, without rowid;

create index dossier_places_by_place on dossier_places (community, province);

-- How often what was asked, answered and refused, by day: counted from the journals, and again when this and its cursors are emptied together.
create table traffic (
    organism text not null,
    day text not null,
    kind text not null,
    operation text not null,
    problem text not null,
    entries integer not null,
    primary key (organism, day, kind, operation, problem)
) strict, without rowid;

create index traffic_by_day on traffic (day);

-- Up to which entry of each journal they are counted.
create table traffic_cursors (
    node text primary key,
    next integer not null
) strict, without rowid;
