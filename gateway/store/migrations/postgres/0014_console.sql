-- What the board of adhesions sifts, counts and orders by, beside the summary of each file and written in the same
-- transaction as its entries. What is here already is of layout 0: the program folds its entries when it migrates, and
-- nothing is guessed.
alter table dossiers add column layout bigint not null default 0;
alter table dossiers add column listed bigint not null default 0;
alter table dossiers add column stage bigint not null default 0;
alter table dossiers add column since_at bigint not null default 0;
alter table dossiers add column lapses_on text;
alter table dossiers add column warns_from text;
alter table dossiers add column searched text not null default '';

-- Which provinces a territory touches; 0 stands for all of them.
create table dossier_places (
    dossier text not null references dossiers (id),
    community bigint not null,
    province bigint not null,
    primary key (dossier, community, province)
);

create index dossier_places_by_place on dossier_places (community, province);

-- How often what was asked, answered and refused, by day: counted from the journals, and again when this and its cursors are emptied together.
create table traffic (
    organism text not null,
    day text not null,
    kind text not null,
    operation text not null,
    problem text not null,
    entries bigint not null,
    primary key (organism, day, kind, operation, problem)
);

create index traffic_by_day on traffic (day);

-- Up to which entry of each journal they are counted.
create table traffic_cursors (
    node text primary key,
    next bigint not null
);
