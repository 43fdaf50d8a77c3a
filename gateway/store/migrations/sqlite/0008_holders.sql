-- Which system told of a case: '' is the central system, else the identifier of a partner's organism. Each tells for
-- itself, and nothing that one says writes over what another said: whose word counts is decided when it is read.
create table case_index_of_holders (
    case_id text not null,
    holder text not null,
    version integer not null,
    municipality text,
    responsible text not null,
    level text,
    state text not null,
    seen_at integer not null,
    stays text,
    primary key (case_id, holder)
) strict, without rowid;

insert into case_index_of_holders
select case_id, '', version, municipality, responsible, level, state, seen_at, stays from case_index;

create table case_moves_of_holders (
    case_id text not null,
    holder text not null,
    version integer not null,
    municipality text,
    left_at integer not null,
    primary key (case_id, holder, version)
) strict, without rowid;

insert into case_moves_of_holders
select case_id, '', version, municipality, left_at from case_moves;

drop table case_index;
drop table case_moves;
alter table case_index_of_holders rename to case_index;
alter table case_moves_of_holders rename to case_moves;

-- The same version told otherwise is a correction, not a move.
create trigger case_moved after update on case_index
when new.version > old.version and new.municipality is not old.municipality
begin
    insert into case_moves (case_id, holder, version, municipality, left_at)
    values (old.case_id, old.holder, new.version, old.municipality, new.seen_at);
end;
