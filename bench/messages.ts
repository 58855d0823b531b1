import autocannon from 'autocannon';
import { openSession } from '../src/access/sessions.ts';
import { buildApp } from '../src/app.ts';
import { loadConfig } from '../src/config.ts';
import { createDependencies } from '../src/dependencies.ts';
import type { Repositories } from '../src/repositories/index.ts';
import { withDatabase } from './postgres.ts';
import { type Finding, interleave, judge, median, skipped, spread } from './ratio.ts';
import { openRecorded } from './recorder.ts';
import { profileFlags, type RunningServer, startApp, startServer } from './servers.ts';
import { createText } from './speech.ts';

export const QUESTION = 'Does the app answer a page of messages as fast as bare node:http?';

const CONNECTIONS = 32;
const SECONDS = 5;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 6);
const LEAST = 0.85;

/** Requests a second of both sides, measured in turn from this process. */
export async function run(server: string | undefined): Promise<Finding[]> {
  if (!server) return skipped('it measures PostgreSQL');
  return withDatabase(server, async (url) => {
    const { path, token, statements } = await prepare(url);
    const app = await startApp({ DATABASE_URL: url }, profileFlags());
    const bare = await startServer('bench/bare-messages.ts', '/health', {
      DATABASE_URL: url,
      STATEMENTS: JSON.stringify(statements),
    });
    try {
      const headers = { authorization: `Bearer ${token}` };
      const sizes = await Promise.all(
        [app, bare].map(async ({ origin }) => {
          const body = await (await fetch(`${origin}${path}`, { headers })).text();
          const { data } = JSON.parse(body);
          return `${data.length} messages in ${body.length} characters`;
        }),
      );
      console.log(`  app: ${sizes[0]}; bare: ${sizes[1]}`);
      console.log('  app: default settings but for RATE_LIMIT_MAX (high) and LOG_LEVEL=warn');
      const load = async ({ origin, cpuMs }: RunningServer, duration: number) => {
        const before = cpuMs();
        const url = `${origin}${path}`;
        const result = await autocannon({ url, connections: CONNECTIONS, duration, headers });
        const { non2xx, errors, statusCodeStats } = result;
        if (non2xx + errors > 0) {
          throw new Error(`${origin}: ${errors} errors, ${JSON.stringify(statusCodeStats)}`);
        }
        return {
          perSecond: result['2xx'] / result.duration,
          cpuMs: (cpuMs() - before) / result['2xx'],
        };
      };
      await interleave(
        1,
        () => load(app, 3),
        () => load(bare, 3),
      );
      const rounds = await interleave(
        ROUNDS,
        () => load(app, SECONDS),
        () => load(bare, SECONDS),
      );
      const a = rounds.a.map((load) => load.perSecond);
      const b = rounds.b.map((load) => load.perSecond);
      const ratios = a.map((value, round) => value / (b[round] ?? Number.NaN));
      const ratio = median(a) / median(b);
      console.log(`  app:  ${spread(a)} requests/s`);
      console.log(`  bare: ${spread(b)} requests/s`);
      console.log(`  app / bare by round: ${spread(ratios, 3)}`);
      // Of the server's process alone: on a busy machine these say more than requests a second.
      const cpu = [rounds.a, rounds.b].map((side) =>
        spread(
          side.map((load) => load.cpuMs),
          2,
        ),
      );
      console.log(`  processor time of a request in ms: app ${cpu[0]}, bare ${cpu[1]}`);
      const found = `${ratio.toFixed(3)} of bare (${median(a).toFixed(0)} / ${median(b).toFixed(0)} requests/s)`;
      return [judge('messages', found, `≥ ${LEAST}`, ratio >= LEAST)];
    } finally {
      await app.stop();
      await bare.stop();
    }
  });
}

/** A conversation of 200 messages, and the two statements that the app sends for a page of it. */
async function prepare(url: string) {
  const { connection, statements } = await openRecorded(url);
  const config = loadConfig({ LOG_LEVEL: 'silent' });
  const dependencies = await createDependencies(config, connection);
  const { repositories } = dependencies;
  const user = await repositories.users.create({ email: 'bench@example.org', passwordHash: '-' });
  const { token } = await openSession(repositories, user.id);
  const id = await createConversation(repositories, user.id);
  const app = await buildApp(dependencies);
  const path = `/v1/conversations/${id}/messages?limit=50`;
  const headers = { authorization: `Bearer ${token}` };
  // The first request also notes the use of the session.
  await app.inject({ url: path, headers });
  statements.length = 0;
  const response = await app.inject({ url: path, headers });
  if (response.statusCode !== 200) throw new Error(response.body);
  const texts = statements.map(({ text }) => text);
  if (texts.length !== 2) throw new Error(`expected two statements, found ${texts.length}`);
  await app.close();
  await connection.db.execute('vacuum analyze');
  await connection.close();
  return { path, token, statements: texts };
}

async function createConversation(
  { conversations, transcripts, messages }: Repositories,
  userId: string,
) {
  const { id: conversationId } = await conversations.create(userId, { title: 'A conversation' });
  const { id: transcriptId } = await transcripts.create(userId, {
    title: 'Interview',
    youtubeVideoId: 'dQw4w9WgXcQ',
    duration: 3_600,
  });
  for (let turn = 0; turn < 100; turn++) {
    const question = { conversationId, role: 'user', content: createText(turn, 12) } as const;
    const asked = await messages.create(userId, question);
    const answer = { conversationId, role: 'assistant', content: '', status: 'streaming' } as const;
    const answered = await messages.create(userId, { ...answer, parentId: asked?.id ?? null });
    const quotes = [0, 1, 2].map((part) => createText(1_000 + turn * 3 + part, 25));
    const content = quotes.map((quote, part) => `Ada: “${quote}” [${part + 1}]`).join('\n\n');
    await messages.finish(userId, answered?.id ?? '', {
      content,
      status: 'complete',
      metadata: {
        coverage: { transcriptsInScope: 1, transcriptsRead: 1, chunksRead: 10, mode: 'lookup' },
        usage: { model: 'extractive', promptTokens: 0, completionTokens: 0 },
      },
      citations: quotes.map((quote, part) => ({
        number: part + 1,
        transcriptId,
        revision: 1,
        firstSegment: turn,
        lastSegment: turn + 1,
        startMs: turn * 4_000,
        endMs: turn * 4_000 + 8_000,
        speaker: 'Ada',
        quote,
        quoteMatch: 'exact' as const,
        answerStart: content.indexOf(quote),
        answerEnd: content.indexOf(quote) + quote.length,
      })),
    });
  }
  return conversationId;
}
