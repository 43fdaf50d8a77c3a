-- Every certificate that was registered on a key: a revocation of the key revokes them all, also those that were followed
-- by a later one on the same key.
create table certificate_serials (
    issuer text not null,
    serial text not null,
    key text not null,
    primary key (issuer, serial, key)
);

insert into certificate_serials (issuer, serial, key)
select issuer, serial, key from certificate_keys where serial is not null and issuer is not null
union
select issuer, serial, key from revoked_keys where serial is not null and issuer is not null;
