import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { TestApp } from '../helpers/app.ts';
import { type Actor, fileForm } from '../helpers/client.ts';
import { query } from '../helpers/database.ts';
import { importText } from '../helpers/factories.ts';
import type { Contract, Operation, Schema } from '../helpers/openapi.ts';

type Request = { method: string; url: string; body?: unknown };

/** A place in a request that takes the id of something a user owns; of a body with the form it is in. */
export type IdPlace = { in: 'path' | 'query' | 'body'; at: string; kind: Kind; form?: Schema };
export type Kind = keyof typeof MAKERS;
type Maker = (test: TestApp, actor: Actor) => Promise<string>;

let count = 0;

/** How an id of each kind comes to be. Whoever adds a resource with ids of its own adds it here. */
const MAKERS = {
  transcript: async ({ db }, { user }) =>
    (await importText(db, user.id, `SPEAKER_00: Text number ${++count}.\nSPEAKER_01: Yes.`))
      .transcript.id,
  conversation: async ({ repositories }, { user }) =>
    (await repositories.conversations.create(user.id, {})).id,
  // An answer that nobody writes any more: it can be read, cancelled and made again.
  message: async ({ repositories }, { user }) => {
    const { id: conversationId } = await repositories.conversations.create(user.id, {});
    const question = { conversationId, role: 'user', content: 'Why?' } as const;
    await repositories.messages.create(user.id, question);
    const values = { conversationId, role: 'assistant', content: '', status: 'streaming' } as const;
    const message = await repositories.messages.create(user.id, values);
    return message?.id ?? '';
  },
  search: async ({ db, repositories }, { user }) => {
    const { transcript } = await importText(db, user.id, `SPEAKER_00: Word number ${++count}.`);
    const scores = { lexical: null, semantic: null };
    const hit = {
      transcriptId: transcript.id,
      chunkId: null,
      startMs: 0,
      endMs: 1,
      score: 1,
      scores,
    };
    const search = await repositories.searchHistory.keep(user.id, {
      query: 'word',
      scope: {},
      settings: { mode: 'hybrid', limit: 10, weights: null, embeddingModel: null, playhead: null },
      tookMs: 1,
      hits: [hit],
    });
    return search ?? '';
  },
  chunk: async ({ db, repositories }, { user }) => {
    const { transcript } = await importText(db, user.id, `SPEAKER_00: Chunk number ${++count}.`);
    const { data } = await repositories.chunks.listByTranscript(user.id, transcript.id, {
      limit: 1,
    });
    return data[0]?.id ?? '';
  },
  template: async ({ repositories }, { user }) => {
    const template = await repositories.templates.create(user.id, {
      templateType: 'chat',
      templateName: `Template ${++count}`,
      templateContent: '{{title}}',
      variables: ['title'],
      isDefault: false,
    });
    return template.id;
  },
  apiKey: async ({ repositories }, { user }) => {
    const values = { name: 'Key', prefix: 'parley_0', scopes: ['read' as const], expiresAt: null };
    const key = await repositories.apiKeys.create(user.id, { ...values, secretHash: randomUUID() });
    return key.id;
  },
  mediaFile: async ({ repositories }, { user }) => {
    const values = { fileName: 'Talk', downloadStatus: 'completed' } as const;
    return (await repositories.mediaFiles.save(user.id, { id: randomUUID(), ...values })).id;
  },
  session: async ({ repositories }, { user }) => {
    const expiresAt = new Date(Date.now() + 60_000);
    const session = await repositories.sessions.create(user.id, {
      tokenHash: randomUUID(),
      expiresAt,
    });
    return session.id;
  },
  job: (test, { user }) => createJob(test, user.id, 'completed'),
  waitingJob: (test, { user }) => createJob(test, user.id, 'queued'),
  pausedJob: (test, { user }) => createJob(test, user.id, 'paused'),
  failedJob: (test, { user }) => createJob(test, user.id, 'failed'),
  file: async (test, { user }) => (await createFile(test, user.id)).id,
  batch: (test, { user }) => createBatch(test, user.id),
  pausedBatch: async (test, { user }) => {
    const id = await createBatch(test, user.id);
    await query(test.db, `update batches set status = 'paused' where id = '${id}'`);
    return id;
  },
  failedBatch: async (test, { user }) => {
    const id = await createBatch(test, user.id);
    const failed = await createJob(test, user.id, 'failed');
    await query(test.db, `update jobs set batch_id = '${id}' where id = '${failed}'`);
    return id;
  },
  endedBatch: async (test, { user }) => {
    const id = await createBatch(test, user.id);
    const ended = `status = 'completed', end_time = now()`;
    await query(test.db, `update batches set ${ended} where id = '${id}'`);
    return id;
  },
} satisfies Record<string, Maker>;

async function createBatch({ repositories }: TestApp, userId: string): Promise<string> {
  const values = { name: `Batch ${++count}`, type: 'embed' as const, totalFiles: 1 };
  const { batch } = await repositories.batches.create(userId, values);
  await repositories.batchJobs.createMany(userId, batch, [{}]);
  return batch.id;
}

type JobState = 'queued' | 'paused' | 'failed' | 'completed';

async function createJob({ db }: TestApp, userId: string, status: JobState): Promise<string> {
  const ended = status === 'completed' || status === 'failed';
  const error = status === 'failed' ? "'internal', 'A fault.'" : 'null, null';
  const [job] = await query<{ id: string }>(
    db,
    `insert into jobs (user_id, type, status, completed_at, error_code, error_message)
     values ('${userId}', 'embed', '${status}', ${ended ? 'now()' : 'null'}, ${error}) returning id`,
  );
  return job?.id ?? '';
}

async function createFile(test: TestApp, userId: string) {
  const { jobFiles } = test.repositories;
  const jobId = await createJob(test, userId, 'completed');
  const named = { name: 'talk.srt', mediaType: 'application/x-subrip' };
  const { id } = await jobFiles.create(userId, { ...named, jobId, kind: 'output' });
  await jobFiles.append(userId, id, Buffer.from(`${++count}`));
  return { id, jobId };
}

/** Which kind an id has in the path behind a prefix, or in a body under a name. */
const PATHS: [prefix: string, kind: Kind, method?: string][] = [
  ['/v1/transcripts/{id}', 'transcript'],
  ['/v1/conversations/{id}', 'conversation'],
  ['/v1/messages/{id}', 'message'],
  ['/v1/search/{id}', 'search'],
  ['/v1/templates/{id}', 'template'],
  ['/v1/batches/{id}/resume', 'pausedBatch'],
  ['/v1/batches/{id}/retry', 'failedBatch'],
  ['/v1/batches/{id}', 'endedBatch', 'DELETE'],
  ['/v1/batches/{id}', 'batch'],
  ['/v1/api-keys/{id}', 'apiKey'],
  ['/v1/auth/sessions/{id}', 'session'],
  ['/v1/jobs/{id}/cancel', 'waitingJob'],
  ['/v1/jobs/{id}/pause', 'waitingJob'],
  ['/v1/jobs/{id}/resume', 'pausedJob'],
  ['/v1/jobs/{id}/retry', 'failedJob'],
  ['/v1/jobs/{id}', 'job'],
  ['/v1/media-files/{id}', 'mediaFile'],
];
const NAMES: Record<string, Kind> = {
  chunkId: 'chunk',
  mediaFileId: 'mediaFile',
  transcriptIds: 'transcript',
  transcriptId: 'transcript',
  parentId: 'message',
  fileId: 'file',
  batchId: 'batch',
};

/** A new thing of some kind. @returns its id */
export const make = (kind: Kind, test: TestApp, actor: Actor) => MAKERS[kind](test, actor);

/** Every place of an operation that takes an id, in its path, its query or its body. */
export function idPlaces({ resolve }: Contract, operation: Operation): IdPlace[] {
  const places: IdPlace[] = [];
  for (const { in: where, name, schema } of operation.parameters ?? []) {
    if (resolve(schema).format !== 'uuid') continue;
    const kind = name === 'id' ? kindOfPath(operation) : NAMES[name];
    if ((where !== 'path' && where !== 'query') || !kind) {
      expect.fail(
        `add the id "${name}" of ${operation.operationId} to tests/invariants/requests.ts`,
      );
    }
    places.push({ in: where, at: name, kind });
  }
  for (const form of formsOf(resolve, bodySchema(operation))) {
    for (const at of uuidPointers(resolve, form)) {
      const name = at.split('/').findLast((key) => key !== '0') ?? '';
      const kind = NAMES[name];
      if (!kind) {
        expect.fail(
          `add the id "${at}" of ${operation.operationId} to tests/invariants/requests.ts`,
        );
      }
      places.push({ in: 'body', at, kind, form });
    }
  }
  return places;
}

function kindOfPath({ path, method }: Operation): Kind | undefined {
  const [, kind] =
    PATHS.find(([prefix, , only = method]) => path.startsWith(prefix) && only === method) ?? [];
  return kind;
}

/** The schema of the JSON body that an operation takes. */
export function bodySchema({ requestBody }: Operation): Schema | undefined {
  return requestBody?.content['application/json']?.schema;
}

/** The forms that a body may have. */
function formsOf(resolve: Contract['resolve'], schema: Schema | undefined): Schema[] {
  if (!schema) return [];
  const { oneOf } = resolve(schema);
  return Array.isArray(oneOf) ? oneOf.map(resolve) : [schema];
}

/**
 * The example of the body that an operation takes, or of one of its forms; a form with a file where it
 * takes nothing else.
 */
export function bodyExample(contract: Contract, operation: Operation, form?: Schema): unknown {
  const filled = formExample(contract, operation);
  if (filled) return filled;
  const { example } = operation.requestBody?.content['application/json'] ?? {};
  const [first] = form ? examplesOf(contract.resolve(form)) : [];
  return first ?? example ?? examplesOf(contract.resolve(bodySchema(operation) ?? {}))[0];
}

const examplesOf = ({ examples }: Schema): unknown[] => (Array.isArray(examples) ? examples : []);

/** The example of a form with a file, where an operation takes nothing else. */
function formExample({ resolve }: Contract, { requestBody }: Operation): FormData | undefined {
  const { 'multipart/form-data': form, 'application/json': json } = requestBody?.content ?? {};
  if (!form || json) return undefined;
  const { examples } = resolve(form.schema);
  const [{ file, ...fields }] = examples as [Record<string, string>];
  return fileForm(file ?? '', 'example.wav', fields);
}

/** A request that is accepted: its ids are the actor's own, but for one that is given. */
export async function validRequest(
  test: TestApp,
  contract: Contract,
  operation: Operation,
  actor: Actor,
  foreign?: { place: IdPlace; id: string },
): Promise<Request> {
  const { method, path } = operation;
  let url = path;
  // A file is that of its job.
  const file = path.includes('{fileId}') ? await createFile(test, actor.user.id) : undefined;
  const owns: Partial<Record<Kind, string | undefined>> = { job: file?.jobId, file: file?.id };
  for (const place of idPlaces(contract, operation)) {
    if (place.in === 'body') continue;
    const given = foreign?.place.in === place.in && foreign.place.at === place.at;
    const own = owns[place.kind] ?? (await make(place.kind, test, actor));
    const id = given ? foreign.id : own;
    if (place.in === 'path') url = url.replace(`{${place.at}}`, id);
    else url += `${url.includes('?') ? '&' : '?'}${place.at}=${id}`;
  }
  // What is left is the key of a setting.
  if (url.includes('{key}')) {
    url = url.replace('{key}', `key-${++count}`);
    await test.repositories.config.setValue(url.split('/').at(-1) ?? '', 1);
  }
  url = url.replace('{model}', 'parley').replace('{number}', '1').replace('{position}', '0');
  const example = bodyExample(contract, operation, foreign?.place.form);
  const body = example instanceof FormData ? example : structuredClone(example);
  if (foreign?.place.in === 'body') setAt(body, foreign.place.at, foreign.id);
  return body === undefined ? { method, url } : { method, url, body };
}

/** JSON pointers to all ids in a body; a list has its first entry, and what refers to itself is read once. */
function uuidPointers(
  resolve: Contract['resolve'],
  schema: Schema | undefined,
  at = '',
  within: readonly Schema[] = [],
): string[] {
  if (!schema) return [];
  const resolved = resolve(schema);
  if (within.includes(resolved)) return [];
  const { format, properties, items, anyOf } = resolved;
  if (format === 'uuid') return [at];
  const pointers = (child: Schema | undefined, place: string) =>
    uuidPointers(resolve, child, place, [...within, resolved]);
  const children = Object.entries((properties ?? {}) as Record<string, Schema>);
  return [
    ...children.flatMap(([name, child]) => pointers(child, `${at}/${name}`)),
    ...pointers(items as Schema | undefined, `${at}/0`),
    ...((anyOf ?? []) as Schema[]).flatMap((child) => pointers(child, at)),
  ];
}

function setAt(body: unknown, pointer: string, id: string): void {
  const keys = pointer.slice(1).split('/');
  let at = body as Record<string, unknown>;
  for (const [index, key] of keys.entries()) {
    const next = keys[index + 1];
    if (next === undefined) at[key] = id;
    else at[key] ??= next === '0' ? [] : {};
    at = at[key] as Record<string, unknown>;
  }
  // A time range is more than its transcript, and so is a playhead.
  const parent = keys
    .slice(0, -1)
    .reduce((value, key) => value[key] as typeof value, body as typeof at);
  if (keys.at(-2) === 'playhead') Object.assign(parent, { atMs: 1, mode: 'upToHere' });
  else if (keys.at(-3) === 'timeRanges') Object.assign(parent, { startMs: 0, endMs: 1 });
}
