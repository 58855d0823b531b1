import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { JOB_TYPES } from '../../src/schemas/job-types.ts';
import type { Job } from '../../src/schemas/jobs.ts';
import { buildTestApp } from '../helpers/app.ts';
import { runBatches } from '../helpers/batches.ts';
import { query } from '../helpers/database.ts';
import type { OpenApiDocument, Schema } from '../helpers/openapi.ts';

const parley = await buildTestApp();
const { app, client, db } = parley;
const ada = await client.register();
const { resolve } = await client.getContract();
const document = app.swagger() as unknown as OpenApiDocument;
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv, ['uuid', 'date-time', 'date']);
ajv.addSchema({ ...document, $id: 'openapi' });

type Forms = Schema & { discriminator: { mapping: Record<string, string> } };
const formsOf = (name: string): [type: string, $ref: string][] =>
  Object.entries((document.components.schemas[name] as Forms).discriminator.mapping);
const rowsOf = async () =>
  query<Job>(db, 'select id, type, status, parameters, result from jobs order by position');
const resultsOf = (jobs: Job[]) => Object.fromEntries(jobs.map(({ id, result }) => [id, result]));
const list = async () => (await ada.request<{ data: Job[] }>('GET', '/v1/jobs')).body.data;

describe('the document', () => {
  test.each(['Job', 'JobWithRuns'])('has a form of %s for each type', (name) => {
    expect(formsOf(name).map(([type]) => type)).toEqual([...JOB_TYPES]);
  });

  test.each([
    ...formsOf('CreateJob').map((form) => ['/v1/jobs', ...form] as const),
    ...formsOf('CreateBatch').map((form) => ['/v1/batches', ...form] as const),
  ])(
    'has examples for POST %s of %s that are as their schema, and are taken',
    async (url, type, $ref) => {
      const { examples } = resolve({ $ref }) as { examples: object[] };
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        expect(example).toMatchObject({ type });
        expect(ajv.validate(`openapi${$ref}`, example), ajv.errorsText()).toBe(true);
        // Its ids are nobody's.
        expect([202, 404]).toContain((await ada.request('POST', url, example)).status);
      }
      await query(db, 'delete from batches');
      await query(db, 'delete from jobs');
    },
  );

  test('has no form for what nobody may ask for', () => {
    const asked = JOB_TYPES.filter((type) => !/^(delete-account|complete-batch)$/.test(type));
    for (const name of ['CreateJob', 'CreateBatch']) {
      expect(formsOf(name).map(([type]) => type)).toEqual(asked);
    }
  });
});

describe('what is told of jobs', () => {
  test('that were done is all of what is stored, and nothing once their transcript is deleted', async () => {
    const items = [{ title: 'Opening', text: 'Ada: Welcome.' }, { text: 'Ben: Thank you.' }];
    await ada.request('POST', '/v1/batches', { name: 'Monday', type: 'import', items });
    await ada.request('POST', '/v1/jobs', { type: 'embed', parameters: { force: true } });
    const scope = { metadata: { and: [{ key: 'room', op: 'eq', value: 'barn' }] } };
    await ada.request('POST', '/v1/jobs', { type: 'export', parameters: { scope } });
    await runBatches(parley);
    const rows = await rowsOf();
    expect(rows.map(({ type, status }) => `${type} ${status}`)).toEqual([
      ...['import completed', 'import completed', 'embed completed', 'export completed'],
      'complete-batch completed',
    ]);
    // The client holds each answer to the document.
    for (const { id, parameters, result } of rows) {
      const { body } = await ada.request<Job>('GET', `/v1/jobs/${id}`);
      expect(body).toMatchObject({ id, parameters, result });
      expect(body.result).toEqual(result);
      expect(body.parameters).toEqual(parameters);
    }
    expect(resultsOf(await list())).toEqual(resultsOf(rows));
    const [first] = rows as { id: string; result: { transcriptId: string } }[];
    await ada.request('DELETE', `/v1/transcripts/${first?.result.transcriptId}`);
    const { body } = await ada.request<Job>('GET', `/v1/jobs/${first?.id}`);
    expect(body).toMatchObject({ type: 'import', parameters: {}, result: null });
  });

  test.each(JOB_TYPES)(
    'of the type %s is all of it, also where it is older than its schema',
    async (type) => {
      await query(db, 'delete from jobs');
      for (const result of [{}, { made: 'before' }, [], 'text', 5, null]) {
        await query(
          db,
          `insert into jobs (user_id, type, status, completed_at, progress, parameters, result) values
         ('${ada.user.id}', '${type}', 'completed', now(), 1, '{"old":[1]}', '${JSON.stringify(result)}')`,
        );
      }
      // Not held to the document, which knows only what is made today.
      const { credentials: headers } = ada;
      const page = await app.inject({ url: '/v1/jobs', headers });
      expect(page.statusCode).toBe(200);
      const told: Job[] = page.json().data;
      expect(told).toHaveLength(6);
      expect(resultsOf(told)).toEqual(resultsOf(await rowsOf()));
      const one = await app.inject({ url: `/v1/jobs/${told[0]?.id}`, headers });
      expect(one.json()).toMatchObject({ parameters: { old: [1] }, result: told[0]?.result });
    },
  );
});
