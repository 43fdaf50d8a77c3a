-- Attempts to sign in through the identity provider that have come back: each does so once.
create table sign_ins (
    attempt text primary key,
    until bigint not null
);

create index sign_ins_by_end on sign_ins (until);
