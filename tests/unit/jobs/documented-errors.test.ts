import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ERRORS } from '../../../src/errors.ts';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Whatever begins a row of a table of errors. */
const documentedIn = (text: string) =>
  [...text.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, codes = '']) =>
    [...codes.matchAll(/`([a-z_]+)`/g)].map(([, code = '']) => code),
  );

/** What follows each `new JobError(` in the source. */
const firstArguments = globSync('src/**/*.ts', { cwd: ROOT }).flatMap((path) =>
  [...read(path).matchAll(/new JobError\(\s*([^,\s]+)/g)].map(([, argument = '']) => argument),
);
const thrown = new Set(firstArguments.map((argument) => argument.replaceAll("'", '')));

const [, section = ''] = read('docs/jobs.md').split('## Errors\n');
const ofJobs = documentedIn(section);

test('the code of every error of a job is written where it is thrown', () => {
  expect(firstArguments.length).toBeGreaterThan(20);
  expect(firstArguments.filter((argument) => !/^'[a-z_]+'$/.test(argument))).toEqual([]);
});

test('the documents say what every error of a job means', () => {
  const documented = new Set([...ofJobs, ...documentedIn(read('docs/speech.md'))]);
  expect([...thrown].filter((code) => !documented.has(code))).toEqual([]);
});

test('the documents name no error that no job has', () => {
  // Nobody throws it: it is written where a job is taken from a process that is gone.
  const known = new Set(['quarantined', ...thrown, ...Object.keys(ERRORS)]);
  expect(ofJobs.filter((code) => !known.has(code))).toEqual([]);
  expect(ofJobs).toEqual([...new Set(ofJobs)]);
});
