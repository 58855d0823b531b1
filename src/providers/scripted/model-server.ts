import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { createHashEmbeddings } from '../hash-embeddings.ts';
import { readForm } from './read-form.ts';
import { type RecordedRequest, record } from './recorded-request.ts';
import { createReplies } from './replies.ts';
import type { Reply, Script } from './script.ts';
import { play } from './send.ts';
import { completionOf, movesOf } from './steps.ts';
import { transcriptionOf } from './transcriptions.ts';
import { embeddingsOf } from './vectors.ts';

/** A script, or what gives each request of a chat its reply. */
export type Playing = Script | ((request: RecordedRequest) => Reply);

export type ModelServer = Awaited<ReturnType<typeof startModelServer>>;

const DIMENSIONS = 64;

/**
 * A server on this machine that speaks OpenAI's protocol and answers by a script: for tests, and
 * for trying things out without a model. It knows `/v1/chat/completions`, `/v1/embeddings`,
 * `/v1/audio/transcriptions` and `/v1/models`, takes any key, and keeps what it was asked.
 *
 * @param port any that is free unless told
 */
export async function startModelServer(playing: Playing = {}, port = 0) {
  const requests: RecordedRequest[] = [];
  let script = prepare(playing);
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => response.destroy(error));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const bound = typeof address === 'object' ? address?.port : undefined;
  return {
    baseUrl: `http://127.0.0.1:${bound}/v1`,
    /** All that came, the oldest first. */
    requests,
    /** Answers by another script from now on. */
    play(next: Playing): void {
      script = prepare(next);
    },
    async close(): Promise<void> {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await buffer(request);
    const form = await readForm(request.headers['content-type'], bytes);
    const sent = form ? JSON.stringify(form.body) : bytes.toString('utf8');
    const recorded = record(request, response, sent);
    requests.push(recorded);
    const { body } = recorded;
    const path = recorded.path.split('?', 1)[0];
    if (path === '/v1/models') {
      return sendJson(response, {}, { object: 'list', data: script.models.map(modelOf) });
    }
    if (path === '/v1/embeddings') {
      const vectors = await embeddingsOf(script.embeddings, body);
      return sendJson(response, script.nextVectors(sent), vectors);
    }
    if (path === '/v1/audio/transcriptions') {
      const heard = transcriptionOf(form?.file ?? Buffer.alloc(0), body);
      return sendJson(response, script.nextTranscription(sent), heard);
    }
    if (path !== '/v1/chat/completions') return sendJson(response, { status: 404 }, {});
    const reply = script.nextReply(recorded, sent);
    const { model = 'scripted' } = body;
    if (!body.stream || isPlain(reply)) {
      return sendJson(response, reply, completionOf(reply, model));
    }
    return play(response, reply, 'text/event-stream', movesOf(reply, model));
  }
}

function prepare(playing: Playing) {
  const script = typeof playing === 'function' ? {} : playing;
  const scripted = createReplies(script.chat);
  return {
    models: script.models ?? ['scripted'],
    embeddings: createHashEmbeddings({ dimensions: script.dimensions ?? DIMENSIONS }),
    nextVectors: createReplies(script.embeddings),
    nextTranscription: createReplies(script.transcriptions),
    nextReply: (request: RecordedRequest, sent: string) =>
      typeof playing === 'function' ? playing(request) : scripted(sent),
  };
}

const modelOf = (id: string) => ({ id, object: 'model', created: 0, owned_by: 'script' });

/** An answer that is no stream, whatever was asked for. */
const isPlain = ({ body, status = 200 }: Reply) => body !== undefined || status !== 200;

/** @param otherwise what is sent where the reply has no body, and is no error */
function sendJson(response: ServerResponse, reply: Reply, otherwise: object): Promise<void> {
  const failed = { error: { message: 'The script says so.', type: 'scripted' } };
  const value = (reply.status ?? 200) === 200 ? otherwise : failed;
  return play(response, reply, 'application/json', [{ send: reply.body ?? JSON.stringify(value) }]);
}
