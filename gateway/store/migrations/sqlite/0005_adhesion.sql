-- Files of adhesion. What was entered is never changed or taken out: the number of the entry is the version of the file,
-- so that of two who act on the same version one succeeds.
create table dossiers (
    id text primary key,
    organism text not null,
    kind text not null,
    name text not null,
    opened_at integer not null,
    opened_by text not null,
    summary text not null
) strict, without rowid;

-- The papers, each once.
create table documents (
    digest text primary key,
    media_type text not null,
    size integer not null,
    bytes blob not null,
    stored_at integer not null,
    stored_by text not null
) strict;

create table dossier_entries (
    dossier text not null references dossiers (id),
    seq integer not null,
    entry text not null,
    document text references documents (digest),
    primary key (dossier, seq)
) strict, without rowid;

create trigger dossier_entry_stays before update on dossier_entries
begin
    select raise(abort, 'what was entered is never changed');
end;

create trigger dossier_entry_remains before delete on dossier_entries
begin
    select raise(abort, 'what was entered is never taken out');
end;

-- The users form: which officers of an organism may ask. Pseudonyms only.
create table organism_users (
    organism text not null,
    officer text not null,
    role text not null,
    trained_on text,
    from_day text not null,
    until_day text,
    changed_at integer not null,
    changed_by text not null,
    primary key (organism, officer)
) strict, without rowid;
