import type { Answerer } from '../../src/chat/answerer.ts';
import { createAnswerers } from '../../src/chat/answerers.ts';

/** What an answerer does next, and what it was asked. */
export type Script = (signal: AbortSignal, content: string) => AsyncIterable<string>;

/** An answerer that a test drives: it says what `script` yields. */
export function playAnswerer() {
  async function* nothing(): AsyncGenerator<string> {}
  const played = {
    script: nothing as Script,
    /** The histories that it was told, the newest last. */
    histories: [] as string[][],
    answerers: createAnswerers([{ name: 'played', answer }]),
  };
  return played;

  async function* answer({
    signal,
    content,
    history,
  }: Parameters<Answerer['answer']>[0]): ReturnType<Answerer['answer']> {
    played.histories.push(history.map((turn) => turn.content));
    yield* played.script(signal, content);
    return { promptTokens: 0, completionTokens: 0 };
  }
}

/** A gate that a script waits at, until the test opens it. */
export function createGate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: resolve };
}
