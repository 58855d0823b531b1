/** What a reader of one stream saw. */
export type ReadStream = {
  text: string;
  /** The name of the last event. */
  end: string;
  /** How long each piece was on its way from the provider, in ms; its text says when it was sent. */
  delaysMs: number[];
};

const now = () => performance.timeOrigin + performance.now();

/** Asks a question and reads its answer as it comes. */
export async function readAnswer(
  url: string,
  headers: Record<string, string>,
  content: string,
): Promise<ReadStream> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, accept: 'text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify({ content }),
  });
  if (!response.ok || !response.body) throw new Error(`${url}: ${response.status}`);
  const read: ReadStream = { text: '', end: '', delaysMs: [] };
  let pending = '';
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    const arrivedAt = now();
    const blocks = (pending + part).split('\n\n');
    pending = blocks.pop() ?? '';
    for (const block of blocks) note(block, arrivedAt, read);
  }
  return read;
}

function note(block: string, arrivedAt: number, read: ReadStream): void {
  const event = /^event: (.*)$/m.exec(block)?.[1];
  if (event === undefined) return;
  read.end = event;
  if (event !== 'delta') return;
  const { text } = JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '{}');
  read.text += text;
  const sentAt = Number(String(text).trim().split(' ')[0]);
  if (Number.isFinite(sentAt)) read.delaysMs.push(arrivedAt - sentAt);
}
