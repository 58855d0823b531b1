import { type SQL, sql } from 'drizzle-orm';
import { batches, jobs } from '../db/schema/index.ts';

/** What a worker has room for. */
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

/** How many users with something waiting are looked at; whoever finds nothing there looks elsewhere. */
const USERS = 32;

/** Candidates beyond the limit, for others may take some in the same moment. */
const SPARE = 32;

/**
 * The ids of the jobs to take, locked. Users are found by stepping from one to the next in the index
 * (https://wiki.postgresql.org/wiki/Loose_indexscan), so that it does not matter how much waits.
 */
export function claimable({ limit, room, after }: ClaimRequest): SQL {
  const candidates = limit + SPARE;
  return sql`
    with recursive users_in_turn as (
      select ${after}::uuid as user_id, false as wrapped, 0 as place
      union all
      select next.user_id, next.wrapped, place + 1
      from users_in_turn as u, lateral (
        (select j.user_id, u.wrapped from ${jobs} as j
          where j.status = 'queued' and j.user_id > u.user_id
            and (not u.wrapped or j.user_id <= ${after}::uuid)
          order by j.user_id limit 1)
        union all
        (select j.user_id, true from ${jobs} as j
          where j.status = 'queued' and not u.wrapped and j.user_id <= ${after}::uuid
          order by j.user_id limit 1)
        limit 1
      ) as next
      where place < ${USERS}
    ),
    room as (
      select key as type, value::integer as free from json_each_text(${JSON.stringify(room)}::json)
    ),
    full_batches as (
      select b.id from ${batches} as b where b.status in ('pending', 'running') and b.worker_count <= (
        select count(*) from ${jobs} as r where r.batch_id = b.id and r.status = 'running')
    ),
    candidates as (
      select j.id, u.place, room.type, room.free,
        row_number() over (partition by u.place order by j.priority desc, j.run_after, j.position) as turn
      from users_in_turn as u cross join room cross join lateral (
        select q.id, q.priority, q.run_after, q.position from ${jobs} as q
        where q.user_id = u.user_id and q.type = room.type and q.status = 'queued'
          and q.run_after <= now()
          and (q.batch_id is null or q.batch_id not in (select id from full_batches))
        order by q.priority desc, q.run_after, q.position limit ${candidates}
      ) as j
      where u.place > 0
    ),
    locked as (
      select j.id, c.type, c.free, c.turn, c.place from ${jobs} as j
      join (select * from candidates order by turn, place limit ${candidates}) as c on c.id = j.id
      where j.status = 'queued' order by c.turn, c.place limit ${limit}
      for no key update of j skip locked
    )
    select id from (
      select id, free, row_number() over (partition by type order by turn, place) as taken from locked
    ) as l where taken <= free`;
}
