import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'vitest';

/** A JSON schema as it stands in the document. */
export type Schema = { [keyword: string]: unknown };
type Media = { schema: Schema; example?: unknown };
type Parameter = { in: 'path' | 'query'; name: string; required?: boolean; schema: Schema };

/** An operation of the document, with its method and its path template. */
export type Operation = {
  method: string;
  path: string;
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  security: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
};
export type OpenApiDocument = {
  paths: Record<string, Record<string, Omit<Operation, 'method' | 'path'>>>;
  components: { schemas: Record<string, Schema> };
};

/** What came back from the server. */
export type RawAnswer = { status: number; contentType: string; text: string };
export type StreamEvent = { id: number; event: string; data: Record<string, unknown> };
export type Contract = ReturnType<typeof createContract>;

/** Holds answers to the document that the app itself serves. */
export function createContract(document: OpenApiDocument) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv, ['uuid', 'date-time', 'date']);
  ajv.addSchema({ ...document, $id: 'openapi' });
  const compiled = new Map<string, ValidateFunction>();
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]): Operation => ({ ...operation, method: method.toUpperCase(), path }),
    ),
  );
  return { operations, find, check, resolve };

  /** The operation that a request is answered by; none for a path that does not exist. */
  function find(method: string, url: string): Operation | undefined {
    const path = url.split('?', 1)[0] ?? '';
    return operations.find(
      (operation) => operation.method === method && matches(operation.path, path),
    );
  }

  /** The schema itself, where it stands under its name. */
  function resolve(schema: Schema): Schema {
    const name = String(schema.$ref ?? '').split('/components/schemas/')[1];
    return name ? (document.components.schemas[name] ?? {}) : schema;
  }

  /** Fails unless the status, the content type and the body are as documented. */
  function check(method: string, url: string, answer: RawAnswer): void {
    const operation = find(method, url);
    const what = `${method} ${url} answered ${answer.status} ${answer.text.slice(0, 500)}`;
    if (!operation) {
      expect([400, 404], what).toContain(answer.status);
      const shape = /^\/v1\/openai(\/|$)/.test(url) ? 'OpenAiError' : 'Problem';
      checkJson(['components', 'schemas', shape], answer.text, what);
      return;
    }
    const response = operation.responses[String(answer.status)];
    if (!response) expect.fail(`not documented: ${what}`);
    if (!response.content) {
      expect(answer.text, what).toBe('');
      return;
    }
    const mediaType = answer.contentType.split(';', 1)[0] ?? '';
    if ('*/*' in response.content) return;
    expect(Object.keys(response.content), what).toContain(mediaType);
    if (mediaType === 'text/event-stream' && operation.path.startsWith('/v1/openai/')) {
      checkChunks(answer.text);
    } else if (mediaType === 'text/event-stream') {
      checkEvents(answer.text);
    } else if (response.content[mediaType]?.schema.type !== 'string') {
      const at = ['paths', operation.path, method.toLowerCase(), 'responses', `${answer.status}`];
      checkJson([...at, 'content', mediaType, 'schema'], answer.text, what);
    }
  }

  function checkJson(at: string[], text: string, what: string): void {
    const pointer = at.map((key) => key.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
    const validate =
      compiled.get(pointer) ?? ajv.compile({ $ref: `openapi#/${encodeURI(pointer)}` });
    compiled.set(pointer, validate);
    if (!validate(JSON.parse(text))) {
      expect.fail(`not as its schema: ${what}\n${ajv.errorsText(validate.errors)}`);
    }
  }

  function checkChunks(text: string): void {
    const chunks = readChunks(text);
    const last = chunks.pop() ?? '';
    for (const chunk of chunks) {
      checkJson(['components', 'schemas', 'ChatCompletionChunk'], chunk, text);
    }
    if (last !== '[DONE]') checkJson(['components', 'schemas', 'OpenAiError'], last, text);
  }

  function checkEvents(text: string): void {
    for (const event of readEvents(text)) {
      const schema = event.event.startsWith('job.') ? 'JobEvent' : 'AnswerEvent';
      const asRead = JSON.stringify({ ...event, id: String(event.id) });
      checkJson(['components', 'schemas', schema], asRead, event.event);
    }
  }
}

/** Reads server-sent events; what is not exactly an id, a name and one line of JSON fails. */
export function readEvents(text: string): StreamEvent[] {
  const blocks = text.split('\n\n').filter((block) => block !== '' && !block.startsWith(':'));
  return blocks.map((block) => {
    const found = /^id: (\d+)\nevent: ([a-z.]+)\ndata: (.*)$/.exec(block);
    if (!found) return expect.fail(`not an event: ${block}`);
    return { id: Number(found[1]), event: found[2] ?? '', data: JSON.parse(found[3] ?? '') };
  });
}

/** Reads the `data` of OpenAI's events; what is not exactly one line of it fails. */
export function readChunks(text: string): string[] {
  const blocks = text.split('\n\n').filter((block) => block !== '' && !block.startsWith(':'));
  return blocks.map((block) => /^data: (.*)$/.exec(block)?.[1] ?? expect.fail(`no data: ${block}`));
}

function matches(template: string, path: string): boolean {
  const wanted = template.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => part.startsWith('{') || part === given[index])
  );
}
