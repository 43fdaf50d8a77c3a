-- Files of the registry that one has proposed to import, by the digest of what they say, until another imports the same.
create table import_proposals (
    digest text primary key,
    proposed_by text not null,
    proposed_at integer not null
) strict, without rowid;
