-- The ministry's own staff, by pseudonym: one row a certificate key. A key that was revoked stays so.
create table staff_keys (
    key text primary key,
    staff text not null,
    roles text not null,
    since bigint not null,
    revoked_at bigint
);

create index staff_keys_by_staff on staff_keys (staff);
