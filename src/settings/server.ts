import { Type } from 'typebox';

/** Where the server is reached, and how much it takes. */
export const serverSettings = {
  HOST: Type.String({ default: '127.0.0.1', description: 'Address to listen on.' }),
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 3000, description: 'Port; 0: any.' }),
  PUBLIC_ORIGIN: Type.Optional(
    Type.String({
      pattern: '^https?://[^/]+$',
      description:
        'Origin of browsers that use the session cookie. Default: http://localhost:PORT.',
    }),
  ),
  CORS_ORIGINS: Type.String({
    default: '',
    description: 'Other origins whose pages may call with a bearer token, separated by commas.',
  }),
  TRUST_PROXY: Type.Boolean({
    default: false,
    description:
      'Take the caller’s address from X-Forwarded-For. Only behind a proxy that sets it.',
  }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'fatal, error, warn, info, debug, trace or silent.',
  }),
  RATE_LIMIT_MAX: Type.Integer({
    minimum: 1,
    default: 1_000,
    description: 'Requests a minute and caller.',
  }),
  LOGIN_RATE_LIMIT_MAX: Type.Integer({
    minimum: 1,
    default: 10,
    description: 'Logins a minute for an address and account; five times as many for either alone.',
  }),
  EVENT_LOOP_DELAY_MAX_MS: Type.Integer({
    minimum: 0,
    default: 2_000,
    description: 'Requests are refused while the event loop is later than this; 0: never.',
  }),
  BODY_LIMIT_BYTES: Type.Integer({ minimum: 1, default: 1_048_576, description: 'JSON bodies.' }),
  UPLOAD_LIMIT_BYTES: Type.Integer({ minimum: 1, default: 67_108_864, description: 'Uploads.' }),
};
