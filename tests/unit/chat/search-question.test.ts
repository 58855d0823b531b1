import { expect, test } from 'vitest';
import { searchQuestion } from '../../../src/chat/search-question.ts';

const history = (...questions: string[]) =>
  questions.flatMap((content) => [
    { role: 'user' as const, content },
    { role: 'assistant' as const, content: 'An answer with sluices.' },
  ]);
const FIRST = 'Which two wheels did Maren repair?';

test.each([
  'And what did she say about the second one?',
  'Why?',
  'And when?',
  'How deep is it?',
  'What about the gearbox?',
  'Who else?',
  'Und warum hat sie das gesagt?',
])('%s goes on from the question before', (question) => {
  expect(searchQuestion(question, history(FIRST))).toBe(`${question} ${FIRST}`);
});

test.each([
  'What is a hunting cog?',
  'How deep is the mill pond?',
  'Why did the sluice break?',
  'And why did the water behind the sluice rise so quickly that the mill flooded?',
])('%s is understood by itself', (question) => {
  expect(searchQuestion(question, history(FIRST))).toBe(question);
});

test('several questions that go on lead back to the one that says what they are about', () => {
  const asked = history('What is the weather?', FIRST, 'And why?');
  expect(searchQuestion('And when was it?', asked)).toBe(`And when was it? And why? ${FIRST}`);
});

test('the first question of a conversation has none before it', () => {
  expect(searchQuestion('And why?', [])).toBe('And why?');
});
