import { describe, expect, test } from 'vitest';
import type { Conversation } from '../../src/schemas/conversations.ts';
import type { AskBody, Message } from '../../src/schemas/messages.ts';
import { buildTestApp } from '../helpers/app.ts';
import { query } from '../helpers/database.ts';
import { importSample, importText } from '../helpers/factories.ts';

const { client, db, repositories } = await buildTestApp();
const ada = await client.register();
const bob = await client.register();
const { transcript } = await importSample(db, ada.user.id, { youtubeVideoId: 'hallowcreek' });
await importText(db, bob.user.id, 'The tide of Bob. The tide, the tide.');

async function ask(content: string, body: Partial<AskBody> = {}, actor = ada): Promise<Message> {
  const { body: made } = await actor.request<Conversation>('POST', '/v1/conversations', {});
  const url = `/v1/conversations/${made.id}/messages`;
  return (await actor.request<Message>('POST', url, { content, ...body })).body;
}

async function spokenWords(actor = ada): Promise<{ speaker: string | null; text: string }[]> {
  const rows: { speaker: string | null; text: string }[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await actor.request<{ data: typeof rows; nextCursor: string | null }>(
      'GET',
      `/v1/transcripts/${transcript.id}/segments?limit=100${cursor && `&cursor=${cursor}`}`,
    );
    rows.push(...body.data);
    if (!body.nextCursor) return rows;
    cursor = body.nextCursor;
  }
}

/** Makes a chunk of each segment of a user's, without vectors: few words make many. */
async function cutSmall(userId: string): Promise<string[]> {
  await query(db, `delete from chunks where user_id = '${userId}'`);
  const rows = await query<{ id: string }>(
    db,
    `with made as (
      insert into chunks (user_id, transcript_id, chunk_text, chunk_index, token_count,
        first_segment, last_segment, search_config)
      select t.user_id, t.id, s.text, s.position, 5, s.position, s.position, 'english'
      from transcripts t join segments s on s.revision_id = t.current_revision_id
      where t.user_id = '${userId}' returning transcript_id
    ) select distinct transcript_id as id from made`,
  );
  for (const { id } of rows) await repositories.searchIndex.refresh(userId, id);
  return rows.map(({ id }) => id);
}

/** Each citation stands behind what it supports, and quotes what was said. */
function expectVerbatim({ content, citations }: Message): void {
  for (const { number, answerStart, answerEnd, quote, quoteMatch } of citations) {
    expect(quoteMatch).toBe('exact');
    expect(content.slice(answerStart, answerEnd)).toContain(`“${quote}”`);
    expect(content.slice(answerEnd)).toMatch(new RegExp(`^ \\[${number}\\]`));
  }
}

describe('what is counted', () => {
  test('is how often something was said, by whom, and where it begins', async () => {
    const rows = await spokenWords();
    const count = (speaker?: string) =>
      rows
        .filter((row) => speaker === undefined || row.speaker === speaker)
        .reduce((sum, row) => sum + (row.text.match(/\btides?\b/gi)?.length ?? 0), 0);
    const message = await ask('How often was “tide” mentioned?');
    const [total, ...lines] = message.content.split('\n');
    expect(total).toBe(`“tide” was said ${count()} times in the transcript in scope.`);
    const said = lines.map((line) =>
      /^(.+?): (?:(\d+) times|(once)), first at \d+:\d\d: “/.exec(line),
    );
    for (const [index, found] of said.entries()) {
      const [, speaker, times] = found ?? [];
      expect(Number(times ?? 1)).toBe(count(speaker));
      expect(message.citations[index]?.speaker).toBe(speaker);
      expect(message.citations[index]?.quote).toMatch(/\btides?\b/i);
    }
    expect(said).toHaveLength(2);
    expectVerbatim(message);
    expect(message.coverage).toMatchObject({
      mode: 'count',
      transcriptsInScope: 1,
      transcriptsRead: 1,
    });
  });

  test('is when something was first and last said', async () => {
    const first = await ask('When was the pond first mentioned?');
    const last = await ask('When was the pond last mentioned?');
    expect(first.content).toMatch(/\nIt was first said by .+ at \d+:\d\d: “.*pond.*” \[1\]$/);
    expect(last.content).toMatch(/\nIt was last said by .+ at \d+:\d\d: “.*pond.*” \[1\]$/);
    expect(first.citations[0]?.startMs).toBeLessThan(last.citations[0]?.startMs ?? 0);
    expectVerbatim(first);
    expectVerbatim(last);
  });

  test('is who said it most, and what one of them said', async () => {
    const most = await ask('Who mentioned the tide most often?');
    expect(most.content).toMatch(
      /\n(Maren Tolliver|Jonah Pike) said it most often: \d+ of \d+ times\.\n/,
    );
    const hers = await ask('How many times did Maren say “tide”?');
    expect(hers.content).toMatch(/^“tide” was said (?:\d+ times|once) by Maren in the transcript/);
    expect(hers.citations.map(({ speaker }) => speaker)).toEqual(['Maren Tolliver']);
    const nobody = await ask('How many times did Zoe say “tide”?');
    expect(nobody.content).toContain('\nNo speaker is named Zoe there.\n');
  });

  test('is who spoke how long', async () => {
    const message = await ask('Who spoke the most?');
    expect(message.content).toMatch(
      /^Maren Tolliver spoke most in the transcript in scope: \d+:\d\d \(\d+ %\) of \d+:\d\d\.\nMaren Tolliver: .* \[1\]\nJonah Pike: .* \[2\]$/,
    );
    expectVerbatim(message);
  });

  test('is nothing, where nothing was said or nothing is in scope', async () => {
    const none = await ask('How often was the gearbox of Bob mentioned?');
    expect(none.content).toBe('“the gearbox of Bob” was not said in the transcript in scope.');
    const early = { timeRanges: [{ transcriptId: transcript.id, startMs: 0, endMs: 1_300 }] };
    const scoped = await ask('How often was “tide” mentioned?', { scope: early });
    expect(scoped.content).toBe('“tide” was not said in the transcript in scope.');
  });

  test('holds nothing that looks like an id of the question’s own', async () => {
    const message = await ask('How often was “tide [s1]” mentioned?');
    expect(message.citations).toEqual([]);
    const strict = await ask('How often was “gearbox” mentioned?', { strictCitations: true });
    expect(strict.content).toBe('“gearbox” was not said in the transcript in scope.');
  });
});

describe('the whole, without a model', () => {
  test('is told by sentences from its beginning to its end', async () => {
    const message = await ask('Summarise the interview.');
    expect(message.content).toMatch(/^What follows is quoted from the transcript in scope:\nAt \d/);
    expect(message.citations.length).toBeGreaterThanOrEqual(6);
    expectVerbatim(message);
    const starts = message.citations.map(({ startMs }) => startMs ?? 0);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    const rows = (await spokenWords()).length;
    const positions = message.citations.map(({ segments }) => (segments[0] ?? 0) / rows);
    expect(positions[0]).toBeLessThan(0.25);
    expect(positions.at(-1)).toBeGreaterThan(0.75);
    expect(message.coverage).toMatchObject({
      mode: 'whole',
      transcriptsInScope: 1,
      transcriptsRead: 1,
    });
    const { body } = await ada.request<{ data: unknown[] }>(
      'GET',
      `/v1/transcripts/${transcript.id}/chunks?limit=100`,
    );
    expect(message.coverage?.chunksRead).toBe(body.data.length);
    expect(await ask('Summarise the interview.')).toMatchObject({ content: message.content });
  });

  test('strict citations leave it as it is', async () => {
    const loose = await ask('Summarise the interview.');
    const strict = await ask('Summarise the interview.', { strictCitations: true });
    expect(strict.content).toBe(loose.content);
  });

  test('is told by what was said about a topic', async () => {
    const message = await ask('Tell me everything that was said about the pond.');
    expect(message.citations.length).toBeGreaterThan(1);
    for (const { quote } of message.citations) expect(quote).toMatch(/pond/i);
    const none = await ask('Tell me everything that was said about volcanoes.');
    expect(none.content).toBe('Nothing was said about this in the transcript in scope.');
  });

  test('of more than can be read says how much was read', async () => {
    const eve = await client.register();
    for (const part of [1, 2, 3]) {
      const lines = Array.from({ length: 140 }, (_, line) => `Mill ${part} grinds flour ${line}.`);
      await importText(db, eve.user.id, lines.join('\n'), { title: `Part ${part}` });
    }
    const transcriptIds = await cutSmall(eve.user.id);
    const message = await ask('Summarise everything', { scope: { transcriptIds } }, eve);
    const { chunksRead = 0 } = message.coverage ?? {};
    expect(message.coverage).toMatchObject({
      transcriptsInScope: 3,
      transcriptsRead: 3,
      chunksRead: 400,
    });

    expect(message.content).toMatch(
      new RegExp(
        `\\n\\nThis is from ${chunksRead} of the 4\\d\\d passages in scope, spread evenly over them\\.$`,
      ),
    );
    const cited = new Set(message.citations.map(({ transcriptId }) => transcriptId));
    expect(cited.size).toBe(3);
  });
});

test('a question that goes on is searched for with the one before it', async () => {
  const { body: made } = await ada.request<Conversation>('POST', '/v1/conversations', {});
  const url = `/v1/conversations/${made.id}/messages`;
  const first = await ada.request<Message>('POST', url, {
    content: 'When did the mill stop working?',
  });
  const second = await ada.request<Message>('POST', url, { content: 'And why?' });
  expect(first.body.content).toContain('1936');
  expect(second.body.content).toContain('1936');
});
