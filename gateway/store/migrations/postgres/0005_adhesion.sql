-- Files of adhesion. What was entered is never changed or taken out: the number of the entry is the version of the file,
-- so that of two who act on the same version one succeeds.
create table dossiers (
    id text primary key,
    organism text not null,
    kind text not null,
    name text not null,
    opened_at bigint not null,
    opened_by text not null,
    summary text not null
);

-- The papers, each once.
create table documents (
    digest text primary key,
    media_type text not null,
    size bigint not null,
    bytes bytea not null,
    stored_at bigint not null,
    stored_by text not null
);

create table dossier_entries (
    dossier text not null references dossiers (id),
    seq bigint not null,
    entry text not null,
    document text references documents (digest),
    primary key (dossier, seq)
);

create function dossier_entry_stays() returns trigger language plpgsql as $$
begin
    raise exception 'what was entered is never changed or taken out';
end;
$$;

create trigger dossier_entry_stays before update or delete on dossier_entries for each row
execute function dossier_entry_stays();

-- The users form: which officers of an organism may ask. Pseudonyms only.
create table organism_users (
    organism text not null,
    officer text not null,
    role text not null,
    trained_on text,
    from_day text not null,
    until_day text,
    changed_at bigint not null,
    changed_by text not null,
    primary key (organism, officer)
);
