import { beforeEach, describe, expect, test } from 'vitest';
import { TEMPLATE_TYPES, type User } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import type { TemplateValues } from '../../src/repositories/templates.ts';
import { clockTick, onPostgres, openTestDatabase, query } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const { templates } = repositories;

let user: User;
let other: User;
beforeEach(async () => {
  await query(db, 'delete from users');
  user = await createUser(repositories);
  other = await createUser(repositories);
});

const create = (overrides: Partial<TemplateValues> = {}, userId = user.id) =>
  templates.create(userId, {
    templateType: 'summary',
    templateName: 'Mine',
    templateContent: 'About {{title}}',
    variables: ['title'],
    isDefault: false,
    ...overrides,
  });

const builtIn = async () => {
  const template = await templates.getTemplate(user.id, 'summary');
  if (!template) throw new Error('the built-in summary is missing');
  return template;
};

describe('the template of a type', () => {
  test.each(TEMPLATE_TYPES)('%s is built in, for everybody', async (type) => {
    const template = await templates.getTemplate(user.id, type);
    expect(template).toMatchObject({ userId: null, templateType: type, isDefault: true });
    expect(await templates.getTemplate(other.id, type)).toEqual(template);
  });

  test('is the user’s default where there is one, and for that user alone', async () => {
    const mine = await create({ isDefault: true });
    expect(await templates.getTemplate(user.id, 'summary')).toEqual(mine);
    expect(await templates.getTemplate(user.id, 'chat')).toMatchObject({ userId: null });
    expect(await templates.getTemplate(other.id, 'summary')).toMatchObject({ userId: null });
  });

  test('stays the built-in one while the user’s own is no default', async () => {
    await create();
    expect(await templates.getTemplate(user.id, 'summary')).toMatchObject({ userId: null });
  });
});

describe('a default', () => {
  test('takes the place of the one before, of its type alone', async () => {
    const first = await create({ templateName: 'First', isDefault: true });
    const chat = await create({ templateType: 'chat', isDefault: true });
    const theirs = await create({ isDefault: true }, other.id);
    const second = await create({ templateName: 'Second', isDefault: true });
    expect(await templates.getById(user.id, first.id)).toMatchObject({ isDefault: false });
    expect(await templates.getTemplate(user.id, 'summary')).toEqual(second);
    await templates.update(user.id, first.id, { isDefault: true });
    expect(await templates.getTemplate(user.id, 'summary')).toMatchObject({ id: first.id });
    expect(await templates.getTemplate(user.id, 'chat')).toEqual(chat);
    expect(await templates.getTemplate(other.id, 'summary')).toEqual(theirs);
  });

  test('that is given up leaves the built-in one', async () => {
    const mine = await create({ isDefault: true });
    await templates.update(user.id, mine.id, { isDefault: false });
    expect(await templates.getTemplate(user.id, 'summary')).toEqual(await builtIn());
    expect((await builtIn()).userId).toBeNull();
  });

  test.skipIf(!onPostgres)('is one at most, however many are made at once', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `Template ${index}`);
    const results = await Promise.allSettled(
      names.map((templateName) => create({ templateName, isDefault: true })),
    );
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' });
    }
    const defaults = await query(
      db,
      `select 1 from templates where is_default and user_id = '${user.id}'`,
    );
    expect(defaults).toHaveLength(1);
  });
});

describe('a name', () => {
  test('is taken once per user and type', async () => {
    await create();
    await expect(create()).rejects.toMatchObject({ code: 'template_name_taken' });
    await create({ templateType: 'chat' });
    await create({}, other.id);
  });

  test('cannot be taken by renaming either', async () => {
    await create({ templateName: 'Taken' });
    const mine = await create();
    await expect(
      templates.update(user.id, mine.id, { templateName: 'Taken' }),
    ).rejects.toMatchObject({ code: 'template_name_taken' });
    expect(await templates.getById(user.id, mine.id)).toEqual(mine);
  });

  test('that is refused leaves the default as it was', async () => {
    const mine = await create({ isDefault: true });
    await expect(create({ isDefault: true })).rejects.toMatchObject({
      code: 'template_name_taken',
    });
    expect(await templates.getTemplate(user.id, 'summary')).toEqual(mine);
  });
});

describe('a list', () => {
  test('holds the user’s own and the built-in ones, the newest first', async () => {
    const first = await create({ templateName: 'First' });
    await clockTick();
    const second = await create({ templateName: 'Second', templateType: 'chat' });
    await create({}, other.id);
    const { data } = await templates.list(user.id, { limit: 100 });
    expect(data.slice(0, 2)).toEqual([second, first]);
    expect(data.slice(2).map((row) => row.userId)).toEqual(TEMPLATE_TYPES.map(() => null));
  });

  test('can be narrowed to a type', async () => {
    const mine = await create();
    await create({ templateType: 'chat' });
    const { data } = await templates.list(user.id, { limit: 100, type: 'summary' });
    expect(data).toEqual([mine, await builtIn()]);
  });
});

test('updating changes what is given and leaves the rest', async () => {
  const mine = await create();
  const changed = await templates.update(user.id, mine.id, { templateContent: 'New' });
  expect(changed).toEqual({ ...mine, templateContent: 'New', updatedAt: changed?.updatedAt });
  expect(await templates.update(user.id, mine.id, {})).toEqual(changed);
});

test('a built-in template is read by everybody and changed by nobody', async () => {
  const template = await builtIn();
  expect(await templates.getById(other.id, template.id)).toEqual(template);
  const change = { templateContent: 'Mine now' };
  expect(await templates.update(user.id, template.id, change)).toBeUndefined();
  expect(await templates.delete(user.id, template.id)).toBe(false);
  expect(await templates.getById(user.id, template.id)).toEqual(template);
});

test('deleting says whether there was such a template', async () => {
  const mine = await create();
  expect(await templates.delete(user.id, mine.id)).toBe(true);
  expect(await templates.delete(user.id, mine.id)).toBe(false);
  expect(await templates.getById(user.id, mine.id)).toBeUndefined();
  expect(await templates.update(user.id, mine.id, { templateName: 'Gone' })).toBeUndefined();
});
