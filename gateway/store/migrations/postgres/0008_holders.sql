-- Which system told of a case: '' is the central system, else the identifier of a partner's organism. Each tells for
-- itself, and nothing that one says writes over what another said: whose word counts is decided when it is read.
alter table case_index add column holder text not null default '';
alter table case_index alter column holder drop default;
alter table case_index drop constraint case_index_pkey;
alter table case_index add primary key (case_id, holder);

alter table case_moves add column holder text not null default '';
alter table case_moves alter column holder drop default;
alter table case_moves drop constraint case_moves_pkey;
alter table case_moves add primary key (case_id, holder, version);

create or replace function case_moved() returns trigger language plpgsql as $$
begin
    insert into case_moves (case_id, holder, version, municipality, left_at)
    values (old.case_id, old.holder, new.version, old.municipality, new.seen_at);
    return null;
end;
$$;
