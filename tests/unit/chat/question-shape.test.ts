import { describe, expect, test } from 'vitest';
import { shapeOf } from '../../../src/chat/question-shape.ts';
import { cpuMs } from '../../helpers/cpu-time.ts';

const LOOKUPS = [
  'Why did the wheel stall?',
  'When did the mill stop working, and why?',
  'How many moons does Jupiter have?',
  'How often should I water the plants?',
  'How often does the wheel break?',
  'How many times can the wheel turn in a minute?',
  'Who opened the sluice?',
  'Who said that the gearbox is broken?',
  'What did Maren say about the hunting cog?',
  'What is a hunting cog?',
  'What is it?',
  'What is this thing about?',
  'Where is the summary page stored?',
  'Why did she call the summary wrong?',
  'When did he write the overview?',
  'Who wrote the summary?',
  'Did she agree with the main points?',
  'Is the summary correct?',
  'Which of the two highlights the problem?',
  'Is there a list of parts?',
  'Does she list the parts?',
  'What was the first thing they repaired?',
  'When was the mill first built?',
  'When did they last repair it?',
  'When did the mill last run?',
  'Who earns the most?',
  'Who has the most acres?',
  'What happens when the sluice opens?',
  'What is the most important part of the wheel?',
  'And what did she say about the second one?',
  'Tell me about the pond.',
  'Explain the difference between the two wheels.',
  'Warum blieb das Rad stehen?',
  'Wie oft muss man das Rad ölen?',
  'Pourquoi la roue s’est-elle arrêtée ?',
  '¿Por qué se paró la rueda?',
  'How often is it?',
  'How often did they mention it?',
  'How often was moon mentioned in the first half?',
  'How often was moon mentioned in the last five minutes?',
  'How often was moon mentioned in the introduction?',
  'How often was moon mentioned in the first interview?',
  'How often did Maren say moon in the first half?',
  'How often did Maren mention moon after the break?',
  'How many mentions of moon in the second chapter are there?',
  'Who mentioned moon most often in the last ten minutes?',
  'When was moon first mentioned in the second half?',
  'Who talked the most in the first half?',
  'How long did each speaker talk in the last five minutes?',
  'Wie oft sagt Anna Mond in der ersten Hälfte?',
];

const WHOLES = [
  'Summarise this.',
  'Summarize the interview in five sentences',
  'Can you summarize the meeting?',
  'Give me a summary of the talk',
  'Could you give me an overview?',
  'TL;DR',
  'tldr please',
  'What are the main points?',
  'What were the key takeaways from this episode?',
  'List all the decisions.',
  'List everything they repaired',
  'List the tools she uses.',
  'Give me all the names that come up',
  'What topics were covered?',
  'Which topics do they discuss?',
  'What is this video about?',
  'What’s it all about?',
  'What did they talk about?',
  'What was discussed in the meeting?',
  'Recap the call',
  'Tell me everything that was said about the sluice',
  'What are all the arguments against it?',
  'What are the action items?',
  'Fasse das Gespräch zusammen',
  'Gib mir einen Überblick',
  'Was sind die wichtigsten Punkte?',
  'Worum geht es?',
  'Worum geht es in diesem Video?',
  'Nenne alle Werkzeuge',
  'Fais un résumé de la réunion',
  'Quels sont les points principaux ?',
  'De quoi parle cette vidéo ?',
  'Hazme un resumen',
  '¿Cuáles son los puntos principales?',
  '¿De qué trata el vídeo?',
];

const mentions = (phrase: string, speaker?: string) => ({
  kind: 'count',
  of: 'mentions',
  phrase,
  ...(speaker ? { speaker } : {}),
});
const COUNTS: [question: string, shape: object][] = [
  ['How often was the wheel mentioned?', mentions('the wheel')],
  ['How often is “hunting cog” said?', mentions('hunting cog')],
  ['How many times do they say "sluice"?', mentions('sluice')],
  ['How many times did Maren say sluice?', mentions('sluice', 'Maren')],
  ['How often does Jonah Hill mention the tail water?', mentions('the tail water', 'Jonah Hill')],
  ['How many times was the word gearbox used in this episode?', mentions('gearbox')],
  ['How often does the word “mill” come up?', mentions('mill')],
  ['How many times has climate change come up in the meetings?', mentions('climate change')],
  ['How many mentions of the pond are there?', mentions('the pond')],
  ['Count the mentions of Bob', mentions('Bob')],
  ['How often was moon mentioned in the interview?', mentions('moon')],
  ['How often was moon mentioned in this whole recording?', mentions('moon')],
  ['How often was moon mentioned in all of my transcripts?', mentions('moon')],
  ['How often was moon mentioned in all?', mentions('moon')],
  [
    'How often did Maren say “man in the moon” during the talk?',
    mentions('man in the moon', 'Maren'),
  ],
  ['How often do they talk about money in total?', mentions('money')],
  ['how often was the wheel mentioned by Jonah', mentions('the wheel', 'Jonah')],
  ['Who mentioned the sluice most often?', { kind: 'count', of: 'speakers', phrase: 'the sluice' }],
  ['Who said “okay” the most?', { kind: 'count', of: 'speakers', phrase: 'okay' }],
  ['Who talks about money the most?', { kind: 'count', of: 'speakers', phrase: 'money' }],
  ['Who talked most about the wheel?', { kind: 'count', of: 'speakers', phrase: 'the wheel' }],
  ['Who talks most?', { kind: 'count', of: 'speech' }],
  ['Who spoke the most in the meeting?', { kind: 'count', of: 'speech' }],
  ['Who did most of the talking?', { kind: 'count', of: 'speech' }],
  ['How long did each speaker talk?', { kind: 'count', of: 'speech' }],
  ['When was the sluice first mentioned?', { kind: 'count', of: 'first', phrase: 'the sluice' }],
  [
    'When did Maren first mention the cog?',
    { kind: 'count', of: 'first', phrase: 'the cog', speaker: 'Maren' },
  ],
  [
    'Where is the pond mentioned for the first time?',
    { kind: 'count', of: 'first', phrase: 'the pond' },
  ],
  ['When was money last discussed?', { kind: 'count', of: 'last', phrase: 'money' }],
  [
    'When did they last talk about the budget?',
    { kind: 'count', of: 'last', phrase: 'the budget' },
  ],
  [
    'What was the first mention of the gearbox?',
    { kind: 'count', of: 'first', phrase: 'the gearbox' },
  ],
  ['Wie oft wird das Rad erwähnt?', mentions('das Rad')],
  ['Wie oft sagt Anna „genau“?', mentions('genau', 'Anna')],
  [
    'Wann wurde das Wehr zum ersten Mal erwähnt?',
    { kind: 'count', of: 'first', phrase: 'das Wehr' },
  ],
  ['Wer redet am meisten?', { kind: 'count', of: 'speech' }],
  ['Combien de fois le mot « roue » est mentionné ?', mentions('roue')],
  ['Qui parle le plus ?', { kind: 'count', of: 'speech' }],
  ['¿Cuántas veces se menciona la rueda?', mentions('la rueda')],
  ['¿Quién habla más?', { kind: 'count', of: 'speech' }],
];

describe('the shape of a question', () => {
  test.each(LOOKUPS)('%s is a lookup', (question) => {
    expect(shapeOf(question)).toEqual({ kind: 'lookup' });
  });
  test.each(WHOLES)('%s is about the whole', (question) => {
    expect(shapeOf(question).kind).toBe('whole');
  });

  test('what the whole is read for is known', () => {
    const topicOf = (question: string) => {
      const shape = shapeOf(question);
      return shape.kind === 'whole' ? shape.topic : undefined;
    };
    expect(topicOf('Tell me everything that was said about the sluice.')).toBe('the sluice');
    expect(topicOf('List all they say about hunting cogs')).toBe('hunting cogs');
    expect(topicOf('What is this video about?')).toBeUndefined();
    expect(topicOf('Give me an overview')).toBeUndefined();
    expect(topicOf('Give me a summary about this talk')).toBeUndefined();
  });

  test.each(COUNTS)('%s is counted', (question, shape) => {
    expect(shapeOf(question)).toEqual(shape);
  });

  test('no question takes long to understand, however it is written', async () => {
    const long = ['how often did ', 'who said ', 'what is the ', 'list all ', 'when did '].map(
      (start) => `${start}${'a b '.repeat(19_900)}`,
    );
    long.push(`${'?'.repeat(80_000)}a`, `how often is ${'"'.repeat(79_000)}a said`);
    const took = await cpuMs(() => {
      for (const question of long) shapeOf(question);
    });
    expect(took).toBeLessThan(2_000);
  });
});
