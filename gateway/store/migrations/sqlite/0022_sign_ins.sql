-- Attempts to sign in through the identity provider that have come back: each does so once.
create table sign_ins (
    attempt text primary key,
    until integer not null
) strict, without rowid;

create index sign_ins_by_end on sign_ins (until);
