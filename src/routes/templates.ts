import type { Template as TemplateRow } from '../db/schema/index.ts';
import type { Dependencies } from '../dependencies.ts';
import { AppError } from '../errors.ts';
import { principalOf } from '../plugins/authentication.ts';
import type { App } from '../plugins/types.ts';
import { IdParams, NoContent, Page, reference } from '../schemas/common.ts';
import { problems } from '../schemas/problem.ts';
import {
  CreateTemplate,
  RenderedTemplate,
  RenderTemplate,
  type Template,
  TemplateQuery,
  UpdateTemplate,
} from '../schemas/templates.ts';
import { renderTemplate, variablesOf } from '../templates/render.ts';

const TemplateReference = reference<Template>('Template');

/** Prompts with variables: the built-in ones, and the user's own. */
export function registerTemplateRoutes(app: App, { repositories }: Dependencies): void {
  const { templates } = repositories;
  const tags = ['Templates'];

  app.get(
    '/v1/templates',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'listTemplates',
        tags,
        summary: 'List templates, the newest first',
        querystring: TemplateQuery,
        response: { 200: Page(TemplateReference) },
      },
    },
    async (request) => {
      const page = await templates.list(principalOf(request).userId, request.query);
      return { ...page, data: page.data.map(present) };
    },
  );

  app.post(
    '/v1/templates',
    {
      config: { policy: { scope: 'write' } },
      schema: {
        operationId: 'createTemplate',
        tags,
        summary: 'Create a template',
        description: 'Without `variables` they are read from the content.',
        body: CreateTemplate,
        response: { 201: TemplateReference, ...problems(409) },
      },
    },
    async (request, reply) => {
      const { isDefault = false, variables, ...values } = request.body;
      const template = await templates.create(principalOf(request).userId, {
        ...values,
        isDefault,
        variables: variables ?? variablesOf(values.templateContent),
      });
      return reply.code(201).send(present(template));
    },
  );

  app.get(
    '/v1/templates/:id',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'getTemplate',
        tags,
        summary: 'Get a template',
        params: IdParams,
        response: { 200: TemplateReference, ...problems(404) },
      },
    },
    async (request) => present(await find(principalOf(request).userId, request.params.id)),
  );

  app.patch(
    '/v1/templates/:id',
    {
      config: { policy: { scope: 'write' } },
      schema: {
        operationId: 'updateTemplate',
        tags,
        summary: 'Change a template of your own',
        description: 'Without `variables` they are read from the content, where it changes.',
        params: IdParams,
        body: UpdateTemplate,
        response: { 200: TemplateReference, ...problems(404, 409) },
      },
    },
    async (request) => {
      const { userId } = principalOf(request);
      const { templateContent } = request.body;
      const own = templateContent === undefined ? {} : { variables: variablesOf(templateContent) };
      const values = { ...own, ...request.body };
      const template = await templates.update(userId, request.params.id, values);
      if (!template) throw new AppError('not_found');
      return present(template);
    },
  );

  app.delete(
    '/v1/templates/:id',
    {
      config: { policy: { scope: 'write' } },
      schema: {
        operationId: 'deleteTemplate',
        tags,
        summary: 'Delete a template of your own',
        params: IdParams,
        response: { 204: NoContent, ...problems(404) },
      },
    },
    async (request, reply) => {
      const found = await templates.delete(principalOf(request).userId, request.params.id);
      if (!found) throw new AppError('not_found');
      return reply.code(204).send();
    },
  );

  app.post(
    '/v1/templates/:id/render',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'renderTemplate',
        tags,
        summary: 'Fill a template with values',
        params: IdParams,
        body: RenderTemplate,
        response: { 200: RenderedTemplate, ...problems(404, 422) },
      },
    },
    async (request) => {
      const template = await find(principalOf(request).userId, request.params.id);
      return { text: renderTemplate(template.templateContent, request.body.values) };
    },
  );

  async function find(userId: string, id: string) {
    const template = await templates.getById(userId, id);
    if (!template) throw new AppError('not_found');
    return template;
  }
}

function present(template: TemplateRow): Template {
  return { ...template, builtIn: template.userId === null };
}
