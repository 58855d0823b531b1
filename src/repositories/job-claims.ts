import { type SQL, sql } from 'drizzle-orm';
import { batches, jobs } from '../db/schema/index.ts';

/** What a worker has room for. Statements take it by these names, with `room` as JSON. */
export type ClaimRequest = {
  /** The most jobs to take. */
  limit: number;
  /** How many of each type; a type that is not here is not taken. */
  room: Readonly<Record<string, number>>;
  /** The user who had the last turn; those behind in the order of ids come next. */
  after: string;
  /** How long a lease is good without a beat, in ms. */
  leaseMs: number;
};

/** Candidates beyond the limit, for others may take some in the same moment. */
const SPARE = 16;

/** Groups that are looked at, most of which have nothing due where that is not enough. */
const GROUPS = 256;

/**
 * The ids of the jobs to take, locked. What waits is looked at in groups of one user, type and
 * priority, by stepping from one to the next in the index
 * (https://wiki.postgresql.org/wiki/Loose_indexscan), until there is enough for everybody's turn: it
 * does not matter how much waits, or how much of it is for later.
 */
export function claimable(): SQL {
  const from = sql`${sql.placeholder('after')}::uuid`;
  const limit = sql`${sql.placeholder('limit')}::integer`;
  const enough = sql`${limit} + ${sql.raw(String(SPARE))}`;
  const group = sql`q.user_id, q.type, q.priority`;
  const first = sql`order by q.user_id, q.type, q.priority desc limit 1`;
  return sql`
    with recursive room as materialized (
      select key as type, value::integer as free from json_each_text(${sql.placeholder('room')}::json)
    ),
    full_batches as materialized (
      select r.batch_id from ${jobs} as r where r.status = 'running' and r.batch_id is not null
      group by r.batch_id
      having count(*) >= (select b.worker_count from ${batches} as b where b.id = r.batch_id)
    ),
    groups as (
      select ${from} as user_id, '' as type, 0 as priority, false as wrapped, 0 as step,
        null::uuid as last_due, 0 as users, 0 as found, '{}'::uuid[] as ids
      union all
      select next.user_id, next.type::text, next.priority, next.wrapped, g.step + 1,
        case when due.ids <> '{}' then next.user_id else g.last_due end,
        g.users + (due.ids <> '{}' and next.user_id is distinct from g.last_due)::integer,
        g.found + cardinality(due.ids), due.ids
      from groups as g
      cross join lateral (
        (select ${group}, g.wrapped from ${jobs} as q where q.status = 'queued' and g.step > 0
          and cardinality(g.ids) < ${enough}
          and q.user_id = g.user_id and q.type = g.type and q.priority < g.priority ${first})
        union all
        (select ${group}, g.wrapped from ${jobs} as q where q.status = 'queued' and g.step > 0
          and q.user_id = g.user_id and q.type > g.type ${first})
        union all
        (select ${group}, g.wrapped from ${jobs} as q where q.status = 'queued'
          and q.user_id > g.user_id and (not g.wrapped or q.user_id <= ${from}) ${first})
        union all
        (select ${group}, true from ${jobs} as q where q.status = 'queued' and not g.wrapped
          and q.user_id <= ${from} ${first})
        limit 1
      ) as next
      cross join lateral (
        select array(
          select q.id from ${jobs} as q where q.status = 'queued'
            and q.user_id = next.user_id and q.type = next.type and q.priority = next.priority
            and q.run_after <= now() and next.type in (select type from room)
            and (q.batch_id is null or q.batch_id not in (select batch_id from full_batches))
          order by q.run_after, q.position limit ${enough}
        ) as ids
        offset 0
      ) as due
      where g.step < ${sql.raw(String(GROUPS))} and (g.found < ${enough} or g.users <= ${limit})
    ),
    turns as (
      select c.id, g.user_id, g.wrapped, g.type, row_number() over (
        partition by g.user_id order by g.priority desc, c.place, g.type) as turn
      from groups as g, unnest(g.ids) with ordinality as c(id, place)
    ),
    candidates as (
      select id, room.type, free, turn, wrapped, user_id, free < row_number() over (
        partition by room.type order by turn, wrapped, user_id) as is_spare
      from turns join room on room.type = turns.type
      order by is_spare, turn, wrapped, user_id limit ${enough}
    ),
    locked as (
      select j.id, c.type, c.free, c.turn, c.wrapped, c.user_id from candidates as c
      join ${jobs} as j on j.id = c.id and j.status || '' = 'queued' and j.run_after <= now()
      order by c.is_spare, c.turn, c.wrapped, c.user_id limit ${limit}
      for no key update of j skip locked
    )
    select id from (
      select id, free, row_number() over (
        partition by type order by turn, wrapped, user_id) as taken
      from locked
    ) as l where taken <= free`;
}
