-- What was used of the quotas of a day, by officer and, under the officer '', by the organism as a whole. Forgotten
-- when the day is over. A person or case is a digest under a key that the database does not have.
create table quota_use (
    day text not null,
    organism text not null,
    officer text not null,
    requests integer not null,
    persons integer not null,
    out_of_hours integer not null,
    exceptional integer not null,
    primary key (day, organism, officer)
) strict, without rowid;

create table quota_persons (
    day text not null,
    organism text not null,
    officer text not null,
    person blob not null,
    primary key (day, organism, officer, person)
) strict, without rowid;
