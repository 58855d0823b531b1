import { createServer, type ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';

/**
 * A bare server that plays a model: it sends `TOKENS` pieces to every request, one each `EVERY_MS`.
 * A piece says when it was sent, so that its reader knows how long it was on its way.
 */
const { PORT = '', TOKENS = '500', EVERY_MS = '20' } = process.env;
const tokens = Number(TOKENS);
const everyMs = Number(EVERY_MS);
const now = () => performance.timeOrigin + performance.now();

const server = createServer((request, response) => {
  if (request.url === '/health') return response.end();
  request.resume().once('end', () => stream(response));
});

async function stream(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const startedAt = performance.now();
  for (let sent = 0; sent < tokens && !response.destroyed; sent++) {
    // By the clock of the stream and not from one piece to the next: a late piece delays no other.
    await setTimeout(Math.max(0, startedAt + sent * everyMs - performance.now()));
    send(response, { choices: [{ index: 0, delta: { content: `${now().toFixed(2)} ` } }] });
  }
  send(response, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  response.end('data: [DONE]\n\n');
}

function send(response: ServerResponse, chunk: object): void {
  response.write(
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', ...chunk })}\n\n`,
  );
}

server.listen(Number(PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit());
