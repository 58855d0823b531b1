import { readFile } from 'node:fs/promises';
import type { Static } from 'typebox';
import { loadConfig } from '../src/config.ts';
import type { Login } from '../src/schemas/auth.ts';
import type { Conversation } from '../src/schemas/conversations.ts';
import type { ImportedTranscript } from '../src/schemas/transcripts.ts';
import { ask, askStreaming } from './demo/ask.ts';
import { createClient } from './demo/client.ts';
import { startServer } from './demo/server.ts';
import { blue, bold, clock, dim, step } from './demo/terminal.ts';

/** What is known about the file, from examples/README.md. */
const INTERVIEW = {
  file: 'examples/interview.vtt',
  title: 'Grinding by the Moon: Restoring the Tide Mill at Hallow Creek',
  youtubeVideoId: 'T1deM1ll_07',
  channelName: 'Slow Machines',
};

console.log(`\n${bold('Parley')}: chat with what was said\n`);
try {
  const server = await step('Starting the server on an embedded Postgres', startServer);
  await run(server.url).finally(server.close);
} catch (error) {
  console.error(`\n\n  The demo failed. ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

async function run(url: string): Promise<void> {
  const client = await step('Registering a user', async () => {
    const credentials = { email: 'listener@example.org', password: crypto.randomUUID() };
    const login = await createClient(url).post<Static<typeof Login>>(
      '/v1/auth/register',
      credentials,
    );
    return createClient(url, login.token);
  });
  const { file, ...details } = INTERVIEW;
  const { receipt } = await step(`Importing ${file}`, async () => {
    const text = await readFile(new URL(`../${file}`, import.meta.url), 'utf8');
    return client.post<Static<typeof ImportedTranscript>>('/v1/transcripts', { ...details, text });
  });
  const { words, durationMs, speakers } = receipt;
  console.log(`\n  ${bold(details.title)}`);
  console.log(`  ${clock(durationMs ?? 0)}, ${words} words, ${speakers.join(' and ')}`);

  const { id } = await client.post<Conversation>('/v1/conversations', { title: details.title });
  await ask(client, id, 'Why did the wheel stall when they first ran it?');
  await askStreaming(client, id, 'Why did they turn the turbine down?');
  await ask(client, id, 'What is the hunting cog?');
  // Counted in the database, and no matter for a model.
  await ask(client, id, 'How often is the sluice mentioned?');
  printNextSteps();
}

function printNextSteps(): void {
  const { HOST, PORT } = loadConfig({});
  const origin = `http://${HOST}:${PORT}`;
  console.log(`\n  ${bold('Now with transcripts of your own')}\n`);
  console.log(
    `    npm start                     ${dim('starts the server; it keeps its data in .parley/')}`,
  );
  console.log(`    ${blue(`${origin}/docs`)}    ${dim('is then the reference of the API')}`);
  console.log(`    README.md                     ${dim('shows calls with curl and with fetch')}\n`);
}
