-- Where the victim of a case lived before: the force of a former residence keeps a part of it for a time, and then a
-- trace. Written by the table itself, so that no way of learning of a move can forget it.
alter table case_index add column seen_at integer not null default 0;
alter table case_index add column stays text;

create table case_moves (
    case_id text not null,
    version integer not null,
    municipality text,
    left_at integer not null,
    primary key (case_id, version)
) strict, without rowid;

-- The same version told otherwise is a correction, not a move.
create trigger case_moved after update on case_index
when new.version > old.version and new.municipality is not old.municipality
begin
    insert into case_moves (case_id, version, municipality, left_at)
    values (old.case_id, new.version, old.municipality, new.seen_at);
end;
