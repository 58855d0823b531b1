import { describe, expect, it } from 'vitest';
import { countTokens } from '../../../src/transcripts/tokens.ts';

describe('the tokens of a text', () => {
  it('are those of o200k_base', () => {
    expect(countTokens('hello world')).toBe(2);
    expect(countTokens('tiktoken is great!')).toBe(6);
  });

  it('are those of plain text, also where it spells a special token', () => {
    expect(countTokens('<|endoftext|>')).toBe(7);
  });
});
