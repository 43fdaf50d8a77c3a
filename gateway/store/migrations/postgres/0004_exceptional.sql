-- Exceptional accesses and their review. The reason is sealed with a key that the database does not have, and erased
-- when the review is closed: the journal keeps its digest. Whoever closes a review is not whom it is about.
create table exceptional_accesses (
    exchange text primary key,
    accessed_at bigint not null,
    organism text not null,
    officer text not null,
    reason bytea,
    reason_digest bytea not null,
    closed_at bigint,
    closed_by text check (closed_by <> officer),
    finding text
);

create index exceptional_accesses_by_time on exceptional_accesses (accessed_at);

-- What whoever is in charge of a case must be told: that others learned of it.
create table exceptional_notices (
    exchange text not null references exceptional_accesses (exchange),
    case_id text not null,
    responsible text,
    read_at bigint,
    primary key (exchange, case_id)
);

create index exceptional_notices_by_responsible on exceptional_notices (responsible);
