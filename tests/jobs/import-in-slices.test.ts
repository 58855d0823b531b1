import { describe, expect, test } from 'vitest';
import { enqueue } from '../../src/jobs/enqueue.ts';
import { toImportJob } from '../../src/jobs/to-import-job.ts';
import { least, longestBlockMs } from '../helpers/cpu-time.ts';
import { onPostgres } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';
import { rolledVtt } from '../unit/transcripts/rolling.ts';
import { buildImportingApp } from './importing.ts';

const MIB = 1_048_576;
const LONG = 300_000;
/** Reading such a file in one piece computes for twice as long and more. */
const MOST_MS = 100;

/** What somebody says who says a word every 300 ms, in lines of eight. @param first the first word */
const spoken = (lines: number, first = 0) =>
  Array.from({ length: lines }, (_, line) =>
    Array.from({ length: 8 }, (__, at) => {
      const word = line * 8 + at;
      return { text: `word${(first + word * 7) % 2_003}`, startMs: word * 300 };
    }),
  );

const whisper = (lines: number, first = 0): string =>
  JSON.stringify({
    text: '',
    language: 'en',
    segments: spoken(lines, first).map((line, id) => ({
      id,
      start: id * 2.4,
      end: id * 2.4 + 2.4,
      text: line.map(({ text }) => ` ${text}`).join(''),
      words: line.map(({ text, startMs }) => ({
        word: ` ${text}`,
        start: startMs / 1_000,
        end: startMs / 1_000 + 0.3,
        probability: 0.9871234,
      })),
    })),
  });

const app = await buildImportingApp();
const { db, repositories, jobHandlers, getJob, run } = app;

const user = await createUser(repositories);

const addFile = (text: string) => {
  const body = { file: Buffer.from(text), fileName: 'Talk', language: 'en' };
  return enqueue(repositories, user.id, toImportJob(body), { type: 'import' });
};

/** Loads what the first import of a process loads, such as the tokenizer. */
const warmUp = async () => {
  await addFile(whisper(100));
  await run();
};

// The embedded database computes in the same thread.
describe.skipIf(!onPostgres)('an import of 8 MiB keeps nobody waiting', () => {
  test.each([
    ['JSON', (first: number) => whisper(11_500, first)],
    ['captions that roll', (first: number) => rolledVtt(spoken(16_000, first))],
  ])('%s', { timeout: LONG }, async (_, write) => {
    await warmUp();
    let first = 0;
    const longest = await least(async () => {
      const text = write(first);
      first += 1;
      expect(text.length).toBeGreaterThan(7 * MIB);
      expect(text.length).toBeLessThan(9 * MIB);
      const job = await addFile(text);
      const block = await longestBlockMs(run);
      expect(await getJob(user.id, job.id)).toMatchObject({
        status: 'completed',
        result: { created: true },
      });
      return block;
    });
    expect(longest).toBeLessThan(MOST_MS);
  });
});

describe('an import that is cancelled', () => {
  test.each([
    ['JSON', `${whisper(11_500)}]`],
    ['captions', `${rolledVtt(spoken(16_000))}\n00:00:0x.000 --> 00:00:01.000\nBroken\n`],
  ])('ends before it has come to the mistake at the end of %s', async (_, text) => {
    const { parameters, ...job } = await addFile(text);
    const controller = new AbortController();
    const gone = new Error('cancelled');
    const running = jobHandlers.get('import')?.run({
      ...{ ...job, parameters, runId: '', attempt: 1, db },
      ...{ signal: controller.signal, progress: () => {} },
    });
    controller.abort(gone);
    await expect(running).rejects.toBe(gone);
  });
});
