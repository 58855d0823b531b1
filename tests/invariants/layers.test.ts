import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../../src');

/**
 * What each part of `src` may import: a folder, or a file of the first level. Parts may import
 * themselves; `type` marks those that only types may be taken from. A new part needs a line here.
 */
const DATA = ['errors.ts', 'storable.ts', 'schemas', 'db', 'type db/schema', 'repositories'];
const DOMAIN = [...DATA, 'providers', 'transcripts'];
/** What may ask models. */
const CALLING = [...DOMAIN, 'model-calls'];
const ALLOWED: Record<string, string[]> = {
  'errors.ts': [],
  'storable.ts': [],
  settings: [],
  'config.ts': ['settings'],
  schemas: ['errors.ts'],
  'db/schema': ['type schemas'],
  db: ['db/schema', 'errors.ts'],
  repositories: ['db', 'db/schema', 'errors.ts', 'storable.ts', 'type schemas'],
  transcripts: ['errors.ts', 'storable.ts', 'schemas'],
  providers: ['errors.ts', 'storable.ts', 'schemas'],
  'model-calls': DOMAIN,
  templates: ['errors.ts', 'schemas'],
  access: DATA,
  retrieval: CALLING,
  media: [...DATA, 'providers'],
  jobs: [...CALLING, 'retrieval', 'library', 'media', 'type settings'],
  library: [...CALLING, 'retrieval'],
  chat: [...CALLING, 'retrieval', 'library', 'templates'],
  openai: [...CALLING, 'retrieval', 'chat'],
  'housekeeping.ts': [...DATA, 'chat', 'media'],
  'end-process.ts': ['jobs'],
  'dependencies.ts': [
    ...[...CALLING, 'access', 'library', 'media', 'chat', 'jobs', 'settings'],
    'type config.ts',
  ],
  plugins: [...DATA, 'transcripts', 'access', 'type chat', 'config.ts'],
  routes: [
    ...[
      ...CALLING,
      'access',
      'retrieval',
      'library',
      'media',
      'templates',
      'chat',
      'openai',
      'jobs',
      'plugins',
      'config.ts',
      'db',
    ],
    'type dependencies.ts',
  ],
  'describe-error.ts': ['db'],
  'app.ts': [
    ...['describe-error.ts', 'errors.ts', 'schemas', 'plugins', 'routes'],
    ...['type dependencies.ts', 'type config.ts'],
  ],
  'log.ts': ['describe-error.ts'],
  'open-database.ts': ['db', 'type config.ts'],
  'fast-start.ts': [],
  'server.ts': [
    ...[
      'app.ts',
      'chat',
      'config.ts',
      'db',
      'dependencies.ts',
      'end-process.ts',
      'housekeeping.ts',
      'jobs',
    ],
    'open-database.ts',
  ],
  'run-worker.ts': ['db', 'end-process.ts', 'housekeeping.ts', 'jobs', 'type dependencies.ts'],
  'worker.ts': ['config.ts', 'dependencies.ts', 'log.ts', 'open-database.ts', 'run-worker.ts'],
};

/** Which parts may use a package; all parts may use the others. */
const PACKAGES: [RegExp, string[]][] = [
  [/^(drizzle-orm|postgres|pgvector|@electric-sql)\b/, ['db', 'db/schema', 'repositories']],
  [
    /^(@?fastify|close-with-grace)\b/,
    ['plugins', 'routes', 'app.ts', 'server.ts', 'run-worker.ts'],
  ],
];

type Import = { file: string; part: string; specifier: string; typeOnly: boolean };

const files = globSync('**/*.ts', { cwd: SRC });
const imports = files.flatMap((file) => importsOf(file));

/** The first level of a path, or `db/schema`, which is a layer of its own. */
function partOf(file: string): string {
  if (file.startsWith('db/schema/')) return 'db/schema';
  return file.split('/')[0] ?? file;
}

function importsOf(file: string): Import[] {
  const source = readFileSync(join(SRC, file), 'utf8');
  const statement = /^(?:import|export)(\s+type)?\s(?:[^'";]*?\sfrom\s)?\s*'([^']+)'/gm;
  const dynamic = /\bimport\(\s*(')([^']+)'/g;
  return [...source.matchAll(statement), ...source.matchAll(dynamic)].map((match) => ({
    file,
    part: partOf(file),
    specifier: match[2] ?? '',
    typeOnly: match[1]?.trim() === 'type' || onlyTypes(match[0]),
  }));
}

/** `import { type A, type B } from …`. */
function onlyTypes(statement: string): boolean {
  const names = /^import\s*\{([^}]*)\}/.exec(statement)?.[1]?.split(',') ?? [];
  const given = names.map((name) => name.trim()).filter(Boolean);
  return given.length > 0 && given.every((name) => name.startsWith('type '));
}

/** The part of `src` that a relative import leads to; undefined for what lies outside. */
function target({ file, specifier }: Import): string | undefined {
  const path = relative(SRC, join(SRC, dirname(file), specifier));
  return path.startsWith('..') ? undefined : partOf(path);
}

test('the imports of the source are found', () => {
  expect(files.length).toBeGreaterThan(60);
  expect(imports.length).toBeGreaterThan(files.length);
  const quoted = files.flatMap(
    (file) => readFileSync(join(SRC, file), 'utf8').match(/ from '/g) ?? [],
  );
  expect(imports.length).toBeGreaterThanOrEqual(quoted.length);
});

test.each([...new Set(files.map(partOf))])('%s imports only what lies below it', (part) => {
  const allowed = ALLOWED[part];
  expect(allowed, `${part} has a line in ALLOWED`).toBeDefined();
  const forbidden = imports
    .filter((found) => found.part === part && found.specifier.startsWith('.'))
    .filter((found) => {
      const to = target(found);
      if (to === undefined) return !found.specifier.endsWith('.json');
      if (to === part || allowed?.includes(to)) return false;
      return !(found.typeOnly && allowed?.includes(`type ${to}`));
    });
  expect(forbidden.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
});

test('the table itself allows no circle', () => {
  const done = new Set<string>();
  const visit = (part: string, above: string[]): void => {
    expect(above, [...above, part].join(' → ')).not.toContain(part);
    if (done.has(part)) return;
    const below = (ALLOWED[part] ?? []).filter((next) => !next.startsWith('type '));
    for (const next of below) visit(next, [...above, part]);
    done.add(part);
  };
  for (const part of Object.keys(ALLOWED)) visit(part, []);
});

describe.each(PACKAGES)('packages like %s', (name, parts) => {
  test(`are imported in ${parts.join(', ')} alone`, () => {
    const users = imports.filter(({ specifier }) => name.test(specifier));
    expect(users.length).toBeGreaterThan(0);
    const elsewhere = users.filter(({ part }) => !parts.includes(part));
    expect(elsewhere.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
  });
});

test('the files that are started alone read the environment', () => {
  const readers = files.filter((file) =>
    /\bprocess\s*(\.|\?\.|\[)\s*['"]?env\b|\benv\b[^\n]*'node:process'/.test(withoutComments(file)),
  );
  expect(readers.toSorted()).toEqual(['server.ts', 'worker.ts']);
});

function withoutComments(file: string): string {
  return readFileSync(join(SRC, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
}

test('models are asked by way of their record alone', () => {
  const asking = /([\w.)\]]+)\s*\??\.(?:generate|embed|transcribe)\(|(embeddings)\.measure\(/g;
  const found = files
    .filter((file) => !['providers', 'model-calls'].includes(partOf(file)))
    .flatMap((file) =>
      [...withoutComments(file).matchAll(asking)].map((match) => ({ file, match })),
    );
  expect(found.length).toBeGreaterThan(5);
  const unrecorded = found.filter(
    ({ match }) => !/(^|\.)(modelCalls|reserved)$/.test(match[1] ?? match[2] ?? ''),
  );
  expect(unrecorded.map(({ file, match }) => `${file}: ${match[0]}`)).toEqual([]);
});
