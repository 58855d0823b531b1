import type { Citation, Message } from '../../src/schemas/messages.ts';
import type { Receipt } from '../../src/schemas/receipts.ts';
import type { Transcript } from '../../src/schemas/transcripts.ts';
import { buildTestApp } from '../helpers/app.ts';

export type Page<Row> = { data: Row[]; nextCursor: string | null };
export type Revision = {
  id: string;
  number: number;
  format: string;
  madeBy: string;
  baseNumber: number | null;
  receipt: Receipt;
};
export type Revised = { transcript: Transcript; revision: Revision };
export type Listed = { position: number; startMs: number; speaker: string; text: string };
type Hit = { transcriptId: string; text: string; startMs: number };

export const VIDEO = 'dQw4w9WgXcQ';
/** What a recogniser made of it: three cues, one word of which is misheard. */
export const ASR = `WEBVTT

00:00:10.000 --> 00:00:14.000
<v SPEAKER_00>The mill wheel stalled in February

00:00:14.000 --> 00:00:18.000
<v SPEAKER_01>because the hunting cock had lost a tooth

00:00:18.000 --> 00:00:22.000
<v SPEAKER_00>and nobody noticed before the evening`;
/** What a person made of it: other cues, another spelling, and a cue more at the beginning. */
export const MANUAL = `WEBVTT

00:00:02.000 --> 00:00:09.000
<v Ada>Good morning.

00:00:10.000 --> 00:00:12.000
<v Ada>The mill wheel stalled

00:00:12.000 --> 00:00:14.000
<v Ada>in February,

00:00:14.000 --> 00:00:18.000
<v Ben>because the hunting cog had lost a tooth,

00:00:18.000 --> 00:00:22.000
<v Ada>and nobody noticed before the evening.`;

export const server = await buildTestApp();

/** Somebody with a transcript of {@link ASR}, and an answer that cites it. */
export async function setUp(text = ASR) {
  const actor = await server.client.register();
  const imported = await actor.request<{ transcript: Transcript }>('POST', '/v1/transcripts', {
    text,
    title: 'The mill',
    youtubeVideoId: VIDEO,
    language: 'en',
  });
  const { id } = imported.body.transcript;
  const url = `/v1/transcripts/${id}`;
  const conversation = await actor.request<{ id: string }>('POST', '/v1/conversations', {});
  const messages = `/v1/conversations/${conversation.body.id}/messages`;
  return {
    actor,
    id,
    url,
    add: (body: unknown) => actor.request<Revised>('POST', `${url}/revisions`, body),
    activate: (number: number) =>
      actor.request<Revised>('POST', `${url}/revisions/${number}/activate`),
    revisions: async () =>
      (await actor.request<Page<Revision>>('GET', `${url}/revisions`)).body.data,
    segments: async (query = '') =>
      (await actor.request<Page<Listed>>('GET', `${url}/segments?limit=100${query}`)).body.data,
    search: async (query: string) =>
      (await actor.request<{ data: Hit[] }>('POST', '/v1/search', { query, mode: 'lexical' })).body
        .data,
    ask: async (content: string) =>
      (await actor.request<Message>('POST', messages, { content })).body,
    /** The citations of the last answer, as they are read now. */
    citations: async (): Promise<Citation[]> =>
      (await actor.request<Page<Message>>('GET', messages)).body.data.at(-1)?.citations ?? [],
  };
}
