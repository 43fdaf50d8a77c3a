-- The ministry's own staff, by pseudonym: one row a certificate key. A key that was revoked stays so.
create table staff_keys (
    key text primary key,
    staff text not null,
    roles text not null,
    since integer not null,
    revoked_at integer
) strict, without rowid;

create index staff_keys_by_staff on staff_keys (staff);
