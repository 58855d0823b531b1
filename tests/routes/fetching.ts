import { expect } from 'vitest';
import type { CaptionSource } from '../../src/providers/captions.ts';
import type { Receipt } from '../../src/schemas/receipts.ts';
import type { Transcript } from '../../src/schemas/transcripts.ts';
import { buildTestApp } from '../helpers/app.ts';
import { query } from '../helpers/database.ts';

export type Imported = { transcript: Transcript; receipt: Receipt };

/** An app that fetches captions from `first`, until it is told to take another source. */
export async function buildFetchingApp(
  first: CaptionSource,
  ...[settings, parts]: Parameters<typeof buildTestApp>
) {
  let current = first;
  const captions: CaptionSource = {
    fetchCaptions: (request) => current.fetchCaptions(request),
    listPlaylist: (id, signal) => current.listPlaylist(id, signal),
  };
  const test = await buildTestApp(settings, { ...parts, captions });
  const ada = await test.client.register();
  return { ...test, ada, send, rows, expectRefused };

  function send(body: object) {
    return ada.request<Imported>('POST', '/v1/transcripts', body);
  }

  /** How many rows each table has that an import writes to. */
  async function rows(): Promise<Record<string, number>> {
    const tables = ['transcripts', 'transcript_revisions', 'segments', 'chunks', 'media_sources'];
    const counts = tables.map((table) => `(select count(*)::integer from ${table}) as ${table}`);
    const [row] = await query<Record<string, number>>(test.db, `select ${counts.join(', ')}`);
    return row ?? {};
  }

  /** Sends what has to be refused with a code, and expects that nothing is stored. */
  async function expectRefused(body: object, code: string, source = current) {
    current = source;
    const before = await rows();
    const answer = await send(body);
    expect(answer.body, answer.text).toMatchObject({ code });
    expect(await rows()).toEqual(before);
    return answer;
  }
}
