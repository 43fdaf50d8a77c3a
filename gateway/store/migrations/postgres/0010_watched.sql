-- Subjects about which a question raises an alarm: records that nobody has a reason to ask about, and officers' own and
-- their relatives' documents. Only digests under a key that the database does not have: the list itself tells nothing.
create table watched_subjects (
    digest bytea primary key,
    kind text not null,
    added_at bigint not null,
    added_by text not null
);

-- Raised with every change: cheap to ask whether anything is new.
create table watched_version (version bigint not null);
insert into watched_version (version) values (0);

-- The alarms that they raised, for the supervision; the evidence has them too.
create table watched_alarms (
    exchange text not null,
    alarm text not null,
    raised_at bigint not null,
    organism text not null,
    officer text not null,
    primary key (exchange, alarm)
);

create index watched_alarms_by_time on watched_alarms (raised_at);
