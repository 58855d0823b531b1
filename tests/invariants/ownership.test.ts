import { expect, test } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { openTestDatabase, ownedRows, query, undone } from '../helpers/database.ts';
import { createUser, importText } from '../helpers/factories.ts';
import { type Call, createLibrary, METHODS, NO_OWNER } from './owner-calls.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const owner = await createUser(repositories);
const other = await createUser(repositories);
const owned = await createLibrary(db, owner.id);
await importText(db, other.id, 'The wheel of another mill turned slowly.');

/** The names of all methods, as `repository.method`. */
const namesOf = (table: Record<string, object>) =>
  Object.entries(table)
    .flatMap(([repository, methods]) => Object.keys(methods).map((name) => `${repository}.${name}`))
    .toSorted();

test('every method of every repository is on the list of this test', () => {
  expect(namesOf(METHODS)).toEqual(namesOf(repositories));
});

const calls = Object.entries(METHODS).flatMap(([repository, methods]) =>
  Object.entries(methods).flatMap(([method, call]): [string, Call][] =>
    call === NO_OWNER ? [] : [[`${repository}.${method}`, call]],
  ),
);

test.each(calls)('%s neither shows nor changes what is another user’s', async (_, call) => {
  const byOther = await attempt(db, other.id, call);
  expect(byOther.rows).toEqual(await ownedRows(db, owner.id));
  const withoutOwner = await undone(db, async (tx) => {
    await query(tx, `delete from users where id = '${owner.id}'`);
    return attempt(tx, other.id, call);
  });
  expect(byOther.result).toBe(withoutOwner.result);
  // The owner sees or changes something by the same call; or else the lines above prove nothing.
  expect(await attempt(db, owner.id, call)).not.toEqual(byOther);
});

/** What a call returns and what the owner has after it. The call is undone. */
function attempt(db: Database, caller: string, call: Call) {
  return undone(db, async (tx) => {
    const result = await tx
      .transaction((inner) => call(createRepositories(inner), caller, owned))
      .then(withoutNewValues, nameOf);
    return { result, rows: await ownedRows(tx, owner.id) };
  });
}

/** A result without the ids and times that are new each time. */
function withoutNewValues(result: unknown): string {
  const known = JSON.stringify(owned);
  return JSON.stringify(result ?? null)
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => (known.includes(id) ? id : 'new id'))
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time');
}

function nameOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'refused';
}
