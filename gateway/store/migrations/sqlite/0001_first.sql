-- The registry: who may connect, with which key, under which agreement.
create table registry (
    id integer primary key check (id = 1),
    version integer not null
) strict;

insert into registry (id, version) values (1, 0);

create table organisms (
    id text primary key,
    kind text not null,
    name text not null
) strict;

-- The primary key is the rule: one key, exactly one organism.
create table certificate_keys (
    key text primary key,
    organism text not null references organisms (id)
) strict;

create table agreements (
    id text primary key,
    organism text not null references organisms (id),
    state text not null,
    effective_from text not null,
    expires_on text not null,
    annex text not null
) strict;

-- What the gateway remembers of a case: where it belongs, no content.
create table case_index (
    case_id text primary key,
    version integer not null,
    municipality text,
    responsible text not null,
    level text,
    state text not null
) strict, without rowid;

create table index_cursors (
    source text primary key,
    cursor text not null
) strict;

-- Which requests were seen; answers only of those whose answer holds no case content.
create table requests (
    organism text not null,
    request_id text not null,
    digest blob not null,
    claimed_at integer not null,
    completed_at integer,
    answer blob,
    meta text,
    primary key (organism, request_id)
) strict;

create index requests_by_age on requests (claimed_at);

-- One journal a node. The frontier is written in the transaction of its entries.
create table journal_entries (
    node text not null,
    seq integer not null,
    bytes blob not null,
    leaf blob not null,
    primary key (node, seq)
) strict, without rowid;

create table journal_frontiers (
    node text primary key,
    size integer not null,
    peaks blob not null
) strict;

create table journal_checkpoints (
    node text not null,
    size integer not null,
    signed text not null,
    primary key (node, size)
) strict;
