import { type SQL, sql } from 'drizzle-orm';
import { batches, jobs, laneOf } from '../db/schema/index.ts';

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

/** No user has more groups that are looked at than this times what is enough: of ten types, two each. */
const GROUPS = 20;

/**
 * The ids of the jobs to take, locked. What waits is looked at in groups of one user, type, priority
 * and lane, which is a batch or what is of none, by stepping from one to the next in the index
 * (https://wiki.postgresql.org/wiki/Loose_indexscan), until there is enough for everybody's turn: it
 * does not matter how much waits. What is for later is not in the index.
 */
export function claimable(): SQL {
  const from = sql`${sql.placeholder('after')}::uuid`;
  const limit = sql`${sql.placeholder('limit')}::integer`;
  const enough = sql`${limit} + ${sql.raw(String(SPARE))}`;
  const waits = sql`q.status = 'queued' and not q.later`;
  const lane = laneOf(sql`q.batch_id`);
  const none = laneOf(sql`null::uuid`);
  const group = sql`q.user_id, q.type, q.priority, ${lane} as lane`;
  const first = sql`order by q.user_id, q.type, q.priority desc, ${lane} limit 1`;
  return sql`
    with recursive room as materialized (
      select key as type, value::integer as free from json_each_text(${sql.placeholder('room')}::json)
    ),
    groups as (
      select ${from} as user_id, '' as type, 0 as priority, ${none} as lane, false as wrapped,
        false as has_room, 0 as step, null::uuid as last_due, 0 as users, 0 as found, 0 as of_type,
        0 as of_lanes, '{}'::uuid[] as ids, '{}'::timestamptz[] as since
      union all
      select next.user_id, next.type::text, next.priority, next.lane, next.wrapped,
        may.has_room, g.step + (may.run is distinct from 0)::integer,
        case when due.ids <> '{}' then next.user_id else g.last_due end,
        g.users + (due.ids <> '{}' and next.user_id is distinct from g.last_due)::integer,
        g.found + cardinality(due.ids),
        case when next.kept > 0 then g.of_type else 0 end + cardinality(due.ids),
        case when next.kept > 1 and g.lane <> ${none} then g.of_lanes else 0 end
          + cardinality(due.ids),
        due.ids, due.since
      from groups as g
      cross join lateral (
        (select ${group}, g.wrapped, 2 as kept from ${jobs} as q where ${waits}
          and g.has_room and (g.of_lanes < ${enough} or g.lane = ${none})
          and q.user_id = g.user_id and q.type = g.type and q.priority = g.priority
          and ${lane} > g.lane ${first})
        union all
        (select ${group}, g.wrapped, 1 from ${jobs} as q where ${waits}
          and g.has_room and g.of_type < ${enough}
          and q.user_id = g.user_id and q.type = g.type and q.priority < g.priority ${first})
        union all
        (select ${group}, g.wrapped, 0 from ${jobs} as q where ${waits} and g.type <> ''
          and q.user_id = g.user_id and q.type > g.type ${first})
        union all
        (select ${group}, g.wrapped, 0 from ${jobs} as q where ${waits}
          and q.user_id > g.user_id and (not g.wrapped or q.user_id <= ${from}) ${first})
        union all
        (select ${group}, true, 0 from ${jobs} as q where ${waits} and not g.wrapped
          and q.user_id <= ${from} ${first})
        limit 1
      ) as next
      cross join lateral (
        select next.type in (select type from room) as has_room,
          case when next.lane <> ${none} then (
            select greatest(0, b.worker_count - (select count(*)::integer from ${jobs} as r
              where r.batch_id = b.id and r.status = 'running'))
            from ${batches} as b where b.id = next.lane) end as run
        offset 0
      ) as may
      cross join lateral (
        select coalesce(array_agg(w.id), '{}') as ids, array_agg(w.run_after) as since from (
          select q.id, q.run_after from ${jobs} as q where ${waits}
            and q.user_id = next.user_id and q.type = next.type and q.priority = next.priority
            and ${lane} = next.lane
          order by q.run_after, q.position
          limit case when may.has_room then least(${enough}, may.run) else 0 end
        ) as w
        offset 0
      ) as due
      where g.step < ${sql.raw(String(GROUPS))} * (${enough})
        and (g.found < ${enough} or g.users <= ${limit})
    ),
    turns as (
      select c.id, g.user_id, g.wrapped, g.type, row_number() over (
        partition by g.user_id order by g.priority desc, c.since, g.lane, c.place) as turn
      from groups as g, unnest(g.ids, g.since) with ordinality as c(id, since, place)
    ),
    candidates as (
      select id, room.type, free, turn, wrapped, user_id, free < row_number() over (
        partition by room.type order by turn, wrapped, user_id) as is_spare
      from turns join room on room.type = turns.type
      order by is_spare, turn, wrapped, user_id limit ${enough}
    ),
    locked as (
      select j.id, c.type, c.free, c.turn, c.wrapped, c.user_id from candidates as c
      join ${jobs} as j on j.id = c.id and j.status || '' = 'queued' and not j.later
      order by c.is_spare, c.turn, c.wrapped, c.user_id limit ${limit}
      for no key update of j skip locked
    )
    select id from (
      select id, free, row_number() over (
        partition by type order by turn, wrapped, user_id) as taken
      from locked
    ) as l where taken <= free`;
}
