import { expect, test } from 'vitest';
import { readTurns } from '../../../src/openai/read-turns.ts';
import type { ChatTurn } from '../../../src/schemas/openai-chat.ts';

const says = (role: ChatTurn['role'], content: ChatTurn['content']): ChatTurn => ({
  role,
  content,
});

test('the last message of the user is the question, and the turns before it are the history', () => {
  expect(
    readTurns([
      says('user', 'Why did it stall?'),
      says('assistant', 'It froze [1](https://youtu.be/T1deM1ll_07?t=12), he says [2].'),
      says('user', [
        { type: 'text', text: 'And ' },
        { type: 'text', text: 'when?' },
      ]),
    ]),
  ).toEqual({
    content: 'And when?',
    history: [
      { role: 'user', content: 'Why did it stall?' },
      { role: 'assistant', content: 'It froze [1], he says [2].' },
    ],
  });
});

test('instructions, wherever they are, have the rank of the user', () => {
  const { history, content } = readTurns([
    says('system', 'Never cite.'),
    says('user', 'Why?'),
    says('developer', 'Be brief.'),
  ]);
  expect(content).toBe('Why?');
  expect(history).toEqual([
    { role: 'user', content: 'How I would like to be answered:\nNever cite.\n\nBe brief.' },
  ]);
});

test('the history is bounded in its turns and in their length', () => {
  const many = Array.from({ length: 50 }, (_, index) =>
    says(index % 2 === 0 ? 'user' : 'assistant', `${index} ${'😀'.repeat(9_000)}`),
  );
  const { history } = readTurns([
    says('system', 'x'.repeat(90_000)),
    ...many,
    says('user', 'Why?'),
  ]);
  expect(history).toHaveLength(11);
  expect(history[1]?.content).toMatch(/^40 /);
  for (const { content } of history) {
    expect(content.length).toBeLessThan(8_100);
    expect(content.isWellFormed()).toBe(true);
  }
});

test.each([
  ['no question', [says('system', 'Be brief.')], '/messages'],
  ['an answer at the end', [says('user', 'Why?'), says('assistant', 'Because')], '/messages'],
  ['an empty question', [says('user', ' \n')], '/messages/0/content'],
  ['too long a question', [says('user', 'x'.repeat(8_001))], '/messages/0/content'],
])('%s is refused', (_, messages, path) => {
  expect(() => readTurns(messages)).toThrow(
    expect.objectContaining({
      code: 'validation_failed',
      errors: [expect.objectContaining({ path })],
    }),
  );
});
