import { randomUUID } from 'node:crypto';
import type { ApiKeyScope } from '../../src/access/principal.ts';
import { openSession } from '../../src/access/sessions.ts';
import { createApiKey, hashToken } from '../../src/access/tokens.ts';
import { publicOrigins } from '../../src/config.ts';
import type { Dependencies } from '../../src/dependencies.ts';
import { sessionCookieName } from '../../src/plugins/session-cookie.ts';
import type { App } from '../../src/plugins/types.ts';
import { type Contract, createContract, type OpenApiDocument } from './openapi.ts';

export type Headers = Record<string, string>;
export type Answer<Body> = {
  status: number;
  headers: Record<string, string | number | string[] | undefined>;
  /** The JSON that it is, or the text. */
  body: Body;
  text: string;
};
export type Client = ReturnType<typeof createClient>;
export type Actor = Awaited<ReturnType<Client['register']>>;
type Account = { id: string; email: string; role: string };

export const PASSWORD = 'correct horse battery';

/** Talks to an app, and fails the test when an answer is not as its document says. */
export function createClient(app: App, { repositories, config }: Dependencies) {
  const origin = publicOrigins(config)[0] ?? '';
  let contract: Contract | undefined;
  return { getContract, request, register, actAs };

  /** The document of the app, which it has once all its routes are registered. */
  async function getContract(): Promise<Contract> {
    await app.ready();
    contract ??= createContract(app.swagger() as unknown as OpenApiDocument);
    return contract;
  }

  /** @param body an object is sent as JSON, a form as multipart; text and bytes as they are */
  async function request<Body>(
    method: string,
    url: string,
    body?: unknown,
    headers: Headers = {},
  ): Promise<Answer<Body>> {
    const { check } = await getContract();
    const { payload, contentType } = await encode(body);
    const response = await app.inject({
      method: method as 'GET',
      url,
      headers: { ...contentType, ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
    const text = response.payload;
    const type = String(response.headers['content-type'] ?? '');
    check(method, url, { status: response.statusCode, contentType: type, text });
    return {
      status: response.statusCode,
      headers: response.headers,
      body: /json/.test(type) ? JSON.parse(text) : text,
      text,
    };
  }

  /** A new account that calls with the bearer token of its first session. */
  async function register(email = `${randomUUID()}@example.org`) {
    const { body, text } = await request<{ user: Account; token: string }>(
      'POST',
      '/v1/auth/register',
      { email, password: PASSWORD },
    );
    if (!body.user) throw new Error(`nobody was registered: ${text}`);
    return { ...actAs(body.user.id, bearer(body.token)), ...body };
  }

  /** Calls for a user with some credentials, and makes more of them without any password. */
  function actAs(userId: string, credentials: Headers) {
    return {
      credentials,
      request: <Body>(method: string, url: string, body?: unknown, headers: Headers = {}) =>
        request<Body>(method, url, body, { ...credentials, ...headers }),
      /** Another session of the same user. */
      async bySession() {
        const { token } = await openSession(repositories, userId);
        return { token, ...actAs(userId, bearer(token)) };
      },
      async byCookie() {
        const { token } = await openSession(repositories, userId);
        const cookie = `${sessionCookieName(config)}=${token}`;
        return { token, ...actAs(userId, { cookie, origin }) };
      },
      async byApiKey(...scopes: ApiKeyScope[]) {
        const { key, prefix } = createApiKey();
        const values = { name: 'Test', prefix, secretHash: hashToken(key), scopes };
        await repositories.apiKeys.create(userId, { ...values, expiresAt: null });
        return { token: key, ...actAs(userId, bearer(key)) };
      },
    };
  }
}

/** The code of an error, in problem details or as OpenAI's API tells it. */
export const codeOf = (body: unknown): string | undefined => {
  const { code, error } = body as { code?: string; error?: { code: string } };
  return code ?? error?.code;
};

export const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });

/** A form with one file, as a browser sends it. */
export function fileForm(file: string | Uint8Array, name: string, fields: Headers = {}): FormData {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.set(key, value);
  form.set('file', new File([new Uint8Array(Buffer.from(file))], name));
  return form;
}

async function encode(
  body: unknown,
): Promise<{ payload?: string | Buffer; contentType?: Headers }> {
  if (body === undefined) return {};
  if (typeof body === 'string' || Buffer.isBuffer(body)) return { payload: body };
  if (body instanceof FormData) {
    const form = new Response(body);
    const contentType = { 'content-type': form.headers.get('content-type') ?? '' };
    return { payload: Buffer.from(await form.arrayBuffer()), contentType };
  }
  return { payload: JSON.stringify(body), contentType: { 'content-type': 'application/json' } };
}
