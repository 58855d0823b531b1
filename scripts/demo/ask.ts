import type { Citation, Message } from '../../src/schemas/messages.ts';
import type { Client } from './client.ts';
import { blue, bold, clock, createParagraph, dim, paragraph } from './terminal.ts';

/** Asks, and prints the answer when it is done. @throws Error when it cites nothing */
export async function ask(client: Client, conversationId: string, content: string): Promise<void> {
  printQuestion(content);
  const path = `/v1/conversations/${conversationId}/messages`;
  const message = await client.post<Message>(path, { content });
  paragraph('    ', message.content);
  printCitations(message);
}

/** The same, printed while it is being written. */
export async function askStreaming(
  client: Client,
  conversationId: string,
  content: string,
): Promise<void> {
  printQuestion(`${content} ${dim('(streamed)')}`);
  const lines = createParagraph('    ');
  let written = '';
  let message: Message | undefined;
  const path = `/v1/conversations/${conversationId}/messages`;
  for await (const { event, data } of client.stream(path, { content })) {
    if (event === 'delta') {
      const { text } = JSON.parse(data);
      lines.write(text);
      written += text;
    }
    if (event === 'message.completed') message = JSON.parse(data).message;
  }
  lines.end();
  if (!message) throw new Error('The stream ended without a complete answer.');
  if (message.content !== written) throw new Error('What was streamed is not what was stored.');
  printCitations(message);
}

function printQuestion(question: string): void {
  console.log();
  paragraph('  ', question, bold);
  console.log();
}

function printCitations({ status, citations }: Message): void {
  if (status !== 'complete') throw new Error(`The answer is ${status}, not complete.`);
  if (citations.length === 0) throw new Error('The answer cites nothing.');
  console.log();
  for (const citation of citations) printCitation(citation);
}

function printCitation({ number, speaker, startMs, url, quote }: Citation): void {
  if (startMs === null || url === null) throw new Error(`Citation ${number} has no moment.`);
  console.log(`    [${number}] ${speaker}  ${bold(clock(startMs))}  ${blue(url)}`);
  paragraph('        ', `“${quote}”`, dim);
}
