-- How many orders a worker process carries out at a time: the dispatcher keeps enough of them ready.

alter table workers add column places integer not null default 1 check (places > 0);
