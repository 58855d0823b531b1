export type ServerSentEvent = { event: string; data: string };
export type Client = ReturnType<typeof createClient>;

/** Talks to the API as any program would: with `fetch`. */
export function createClient(url: string, token?: string) {
  return {
    /** @throws Error when the answer is not 201 */
    async post<Answer>(path: string, body: object): Promise<Answer> {
      const response = await send(path, body, 'application/json');
      return (await response.json()) as Answer;
    },

    /** Yields the server-sent events as they arrive. @throws Error when the answer is not 201 */
    async *stream(path: string, body: object): AsyncGenerator<ServerSentEvent> {
      const response = await send(path, body, 'text/event-stream');
      let text = '';
      for await (const arrived of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const events = (text + arrived).split('\n\n');
        text = events.pop() ?? '';
        yield* events.filter(isEvent).map(readEvent);
      }
    },
  };

  async function send(path: string, body: object, accept: string): Promise<Response> {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        accept,
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    if (response.status !== 201) {
      throw new Error(`POST ${path} was answered ${response.status}: ${await response.text()}`);
    }
    return response;
  }
}

/** A line that begins with a colon is a comment, which keeps the way open. */
function isEvent(block: string): boolean {
  return !block.startsWith(':');
}

function readEvent(block: string): ServerSentEvent {
  const fields = new Map(
    block.split('\n').map((line) => {
      const [name = '', ...value] = line.split(': ');
      return [name, value.join(': ')];
    }),
  );
  return { event: fields.get('event') ?? 'message', data: fields.get('data') ?? '' };
}
