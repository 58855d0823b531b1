import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { searchConfigFor } from '../../../src/retrieval/languages.ts';
import { openTestDatabase } from '../../helpers/database.ts';

test('a language takes its stemmer whatever its region and case', () => {
  expect(searchConfigFor('en')).toBe('english');
  expect(searchConfigFor('pt-BR')).toBe('portuguese');
  expect(searchConfigFor('DE_at')).toBe('german');
});

test('a language that PostgreSQL has no stemmer for takes plain words', () => {
  expect(searchConfigFor('pl')).toBe('public.parley_simple');
  expect(searchConfigFor('ja')).toBe('public.parley_simple');
  expect(searchConfigFor('')).toBe('public.parley_simple');
});

test('the database has every configuration', async () => {
  const { db } = await openTestDatabase();
  const codes =
    'ar ca da de el en es eu fi fr ga hi hu hy id it lt nb ne nl pt ro ru sr sv ta tr yi pl';
  for (const code of codes.split(' ')) {
    const config = searchConfigFor(code);
    const rows = db
      .select({ found: sql<boolean>`${config}::regconfig is not null` })
      .from(sql`(select 1) as one`);
    expect(await rows).toEqual([{ found: true }]);
  }
});
