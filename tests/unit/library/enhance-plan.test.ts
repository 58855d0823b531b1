import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planRuns } from '../../../src/library/enhance-plan.ts';
import { countTokens } from '../../../src/transcripts/tokens.ts';

test('runs hold every line once, in order, and fit the model with their answers', () => {
  const line = fc.array(fc.constantFrom('mill', 'sluice', 'Mühle', '水車'), { maxLength: 60 });
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 150 }),
      fc.integer({ min: 1_024, max: 8_192 }),
      fc.integer({ min: 64, max: 1_023 }),
      (lines, contextTokens, maxTokens) => {
        const texts = lines.map((words) => words.join(' '));
        const runs = planRuns(texts, { contextTokens, maxTokens });
        const planned = runs.flatMap(({ positions }) => positions);
        expect(planned).toEqual(planned.toSorted((a, b) => a - b));
        expect(new Set(planned).size).toBe(planned.length);
        for (const run of runs) {
          expect(run.maxTokens).toBeLessThanOrEqual(maxTokens);
          const read = run.positions.map((position) => texts[position]).join('\n');
          expect(countTokens(read) + run.maxTokens).toBeLessThan(contextTokens);
          expect(countTokens(read)).toBeLessThanOrEqual(run.maxTokens);
        }
        const left = texts.filter((_, position) => !planned.includes(position));
        for (const text of left) expect(countTokens(text) * 2).toBeGreaterThan(maxTokens / 2);
      },
    ),
  );
});
