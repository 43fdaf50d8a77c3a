-- One-time codes by which an organism registers a certificate. Only a digest under a key that the database does not
-- have; the name is for whoever lists or withdraws them.
create table enrolment_codes (
    digest blob primary key,
    name text not null unique,
    organism text not null references organisms (id),
    issued_by text not null,
    issued_at integer not null,
    expires_at integer not null,
    withdrawn_by text,
    withdrawn_at integer,
    used_by text,
    used_at integer
) strict, without rowid;

-- What is known of the certificate on a key; nothing of keys that were registered before.
alter table certificate_keys add column not_before integer;
alter table certificate_keys add column not_after integer;
alter table certificate_keys add column serial text;
alter table certificate_keys add column issuer text;
alter table certificate_keys add column origin text;
-- The key by which this one was obtained, of a renewal; it may be revoked since.
alter table certificate_keys add column parent text;

-- Keys that never come back.
create table revoked_keys (
    key text primary key,
    organism text not null,
    serial text,
    issuer text,
    parent text,
    revoked_by text not null,
    revoked_at integer not null,
    reason text not null
) strict, without rowid;
