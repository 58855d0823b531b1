import { expect, test } from 'vitest';
import { TEMPLATE_TYPES } from '../../src/db/schema/templates.ts';
import type { Template } from '../../src/schemas/templates.ts';
import { buildTestApp } from '../helpers/app.ts';
import { clockTick } from '../helpers/database.ts';

const { client } = await buildTestApp();
const ada = await client.register();
const bob = await client.register();

type Templates = { data: Template[]; nextCursor: string | null };
const list = async (query = '') =>
  (await ada.request<Templates>('GET', `/v1/templates${query}`)).body;
const create = async (values: object) =>
  (await ada.request<Template>('POST', '/v1/templates', values)).body;

test('there is a built-in default of every type, which nobody changes', async () => {
  const { data } = await list('?limit=100');
  const builtIn = data.filter((template) => template.builtIn);
  expect(builtIn.map((template) => template.templateType).sort()).toEqual(
    TEMPLATE_TYPES.toSorted(),
  );
  for (const template of builtIn) {
    expect(template.isDefault).toBe(true);
    const url = `/v1/templates/${template.id}`;
    expect((await ada.request('GET', url)).body).toEqual(template);
    expect((await ada.request('PATCH', url, { templateName: 'Mine' })).status).toBe(404);
    expect((await ada.request('DELETE', url)).status).toBe(404);
    expect((await ada.request('GET', url)).body).toEqual(template);
  }
});

test('a template is created with the variables that its content names, read, changed and deleted', async () => {
  const values = {
    templateType: 'summary',
    templateName: 'Short',
    templateContent: '{{ title }}: {{transcript}} and {{title}}, {{not a name}}',
  };
  const created = await ada.request<Template>('POST', '/v1/templates', values);
  expect(created).toMatchObject({
    status: 201,
    body: { ...values, builtIn: false, isDefault: false, variables: ['title', 'transcript'] },
  });
  const url = `/v1/templates/${created.body.id}`;
  expect((await ada.request('GET', url)).body).toEqual(created.body);
  expect((await ada.request('PATCH', url, { templateName: 'Shorter' })).body).toMatchObject({
    ...values,
    templateName: 'Shorter',
  });
  expect((await ada.request('DELETE', url)).status).toBe(204);
  expect((await ada.request('GET', url)).status).toBe(404);
});

test('changed content brings its own variables', async () => {
  const { id } = await create({
    templateType: 'blog',
    templateName: 'Changing',
    templateContent: '{{title}}',
  });
  const changed = await ada.request<Template>('PATCH', `/v1/templates/${id}`, {
    templateContent: '{{transcript}}',
  });
  expect(changed.body.variables).toEqual(['transcript']);
});

test('a new default takes the place of the old one', async () => {
  const values = { templateType: 'email', templateContent: 'Dear all', isDefault: true };
  const first = await create({ ...values, templateName: 'First' });
  await clockTick();
  const second = await create({ ...values, templateName: 'Second' });
  const isDefault = async () =>
    (await list('?type=email')).data
      .filter((template) => !template.builtIn)
      .map(({ templateName, isDefault }) => [templateName, isDefault]);
  expect(await isDefault()).toEqual([
    ['Second', true],
    ['First', false],
  ]);
  await ada.request('PATCH', `/v1/templates/${first.id}`, { isDefault: true });
  expect(await isDefault()).toEqual([
    ['Second', false],
    ['First', true],
  ]);
  expect(second.isDefault).toBe(true);
});

test('a name is taken once for a type and user', async () => {
  const values = { templateType: 'chat', templateName: 'Name', templateContent: 'Text' };
  const { id } = await create({ ...values, templateName: 'Other' });
  await create(values);
  expect(await ada.request('POST', '/v1/templates', values)).toMatchObject({
    status: 409,
    body: { code: 'template_name_taken' },
  });
  expect(await ada.request('PATCH', `/v1/templates/${id}`, { templateName: 'Name' })).toMatchObject(
    { status: 409, body: { code: 'template_name_taken' } },
  );
  expect((await bob.request('POST', '/v1/templates', values)).status).toBe(201);
});

test('rendering fills in names and nothing else, and reads what it filled in only once', async () => {
  const { id } = await create({
    templateType: 'analysis',
    templateName: 'Strict',
    templateContent: '{{a}} {{ b }} {{a.b}} {{constructor}} {{#if a}} <%a%>',
  });
  const render = (values: object) =>
    ada.request<{ text: string }>('POST', `/v1/templates/${id}/render`, { values });
  const values = { a: '{{b}}', b: '$& $1', constructor: 'C' };
  expect((await render(values)).body.text).toBe('{{b}} $& $1 {{a.b}} C {{#if a}} <%a%>');
  expect(await render({ a: '1' })).toMatchObject({
    status: 422,
    body: {
      code: 'invalid_template',
      errors: [{ path: '/values/b' }, { path: '/values/constructor' }],
    },
  });
});

test('a list holds the own and the built-in templates of a type, the newest first', async () => {
  const mine = [];
  for (const name of ['1', '2', '3']) {
    const values = { templateType: 'twitter', templateName: name, templateContent: 'Text' };
    mine.unshift((await create(values)).id);
    await clockTick();
  }
  const { data } = await list('?type=twitter');
  expect(data.map(({ id }) => id).slice(0, 3)).toEqual(mine);
  expect(data.slice(3).map(({ builtIn }) => builtIn)).toEqual([true]);
  const page = await list('?type=twitter&limit=2');
  expect(page.data).toEqual(data.slice(0, 2));
  expect((await list(`?type=twitter&limit=2&cursor=${page.nextCursor}`)).data).toEqual(
    data.slice(2),
  );
});
