-- What takes two people about the certificates of an organism: a code to be issued, a certificate to be registered. Never
-- taken out.
create table certificate_proposals (
    id text primary key,
    organism text not null references organisms (id),
    what text not null,
    content text not null,
    proposed_by text not null,
    proposed_at integer not null,
    outcome text,
    decided_by text,
    decided_at integer
) strict, without rowid;

create index certificate_proposals_of on certificate_proposals (organism, proposed_at);

-- The last reminder of the end of a certificate or of an agreement's term that was written down, so that each is once.
create table reminders (
    about text primary key,
    mark text not null,
    told_at integer not null
) strict, without rowid;
