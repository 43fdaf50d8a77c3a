-- The registry: who may connect, with which key, under which agreement.
create table registry (
    id bigint primary key check (id = 1),
    version bigint not null
);

insert into registry (id, version) values (1, 0);

create table organisms (
    id text primary key,
    kind text not null,
    name text not null
);

-- The primary key is the rule: one key, exactly one organism.
create table certificate_keys (
    key text primary key,
    organism text not null references organisms (id)
);

create table agreements (
    id text primary key,
    organism text not null references organisms (id),
    state text not null,
    effective_from text not null,
    expires_on text not null,
    annex text not null
);

-- What the gateway remembers of a case: where it belongs, no content.
create table case_index (
    case_id text primary key,
    version bigint not null,
    municipality text,
    responsible text not null,
    level text,
    state text not null
);

create table index_cursors (
    source text primary key,
    cursor text not null
);

-- Which requests were seen; answers only of those whose answer holds no case content.
create table requests (
    organism text not null,
    request_id text not null,
    digest bytea not null,
    claimed_at bigint not null,
    completed_at bigint,
    answer bytea,
    meta text,
    primary key (organism, request_id)
);

create index requests_by_age on requests (claimed_at);

-- One journal a node. The frontier is written in the transaction of its entries.
create table journal_entries (
    node text not null,
    seq bigint not null,
    bytes bytea not null,
    leaf bytea not null,
    primary key (node, seq)
);

create table journal_frontiers (
    node text primary key,
    size bigint not null,
    peaks bytea not null
);

create table journal_checkpoints (
    node text not null,
    size bigint not null,
    signed text not null,
    primary key (node, size)
);
